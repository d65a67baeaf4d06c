#!/usr/bin/env node
import { writeSync } from 'node:fs'
import process from 'node:process'
import manifest from '../package.json' with { type: 'json' }

// Scripts ask for the version, and so it is answered before anything is loaded, the stream of stdout included.
if (process.argv.length === 3 && process.argv[2] === '--version') writeVersion()
else void import('./run-authcli.js').then(({ runAuthcli }) => runAuthcli(manifest.version))

function writeVersion(): void {
  try {
    writeSync(1, `${manifest.version}\n`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown error'
    // Nobody reads any more: that is no failure.
    if (code === 'EPIPE') return
    writeSync(2, `authcli: stdout can't be written (${code})\n`)
    process.exitCode = 1
  }
}
