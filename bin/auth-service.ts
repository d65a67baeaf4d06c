#!/usr/bin/env node
import { homedir } from 'node:os'
import process from 'node:process'
import { run } from '../server/auth-service/main.js'

// As SIGPIPE would: whoever read the output is gone.
process.stdout.once('error', () => process.exit(1))

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  homeDirectory: homedir(),
  now: Date.now,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stopRequested: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
    }),
})
