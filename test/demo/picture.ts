import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { buildIfStale } from '../support/build.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import { drawTerminal } from '../support/terminal-picture.js'
import { runDemo } from './demo.js'
import { createStage } from './stage.js'

/** Runs the demo as on a terminal with colour, and draws what it showed into `docs/demo.svg`. */
const LIMIT_MS = 55_000

let shown = ''
const terminal = Object.assign(
  new Writable({
    write(chunk, _encoding, done) {
      shown += chunk
      done()
    },
  }),
  { isTTY: true, columns: 80 },
)

buildIfStale()
const stage = createStage({ stream: terminal, env: {}, now: Date.now })
const never = new Promise(() => {})
const outcome = await runDemo(stage, { interactive: false, interrupted: never, limitMs: LIMIT_MS })
if (outcome !== 'complete') throw new Error(`the demo did not complete:\n${shown}`)
writeFileSync(join(PROJECT_ROOT, 'docs/demo.svg'), drawTerminal(asLeftBehind(shown), 'npm run demo'))

/** A countdown writes its line again and again: what counts is what stood there last. */
function asLeftBehind(output: string): string {
  return output
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .join('\n')
}
