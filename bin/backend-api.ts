#!/usr/bin/env node
import { homedir } from 'node:os'
import { main } from '../server/backend-api/main.js'

process.exitCode = await main({
  argv: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  homeDirectory: homedir(),
  now: Date.now,
})
