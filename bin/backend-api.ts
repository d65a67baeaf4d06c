#!/usr/bin/env node
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { main } from '../server/backend-api/main.js'

const manifest: { version: string } = createRequire(import.meta.url)('authcli/package.json')

process.exitCode = await main({
  argv: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  homeDirectory: homedir(),
  version: manifest.version,
  now: Date.now,
})
