#!/usr/bin/env node
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import process from 'node:process'
import { run } from '../server/auth-service/main.js'

// As SIGPIPE would: whoever read the output is gone.
process.stdout.once('error', () => process.exit(1))

const manifest: { version: string } = createRequire(import.meta.url)('authcli/package.json')

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  homeDirectory: homedir(),
  version: manifest.version,
  now: Date.now,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stopRequested: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
    }),
  exit: process.exit,
})
