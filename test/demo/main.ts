import { createInterface } from 'node:readline/promises'
import { buildIfStale } from '../support/build.js'
import { hasBrowser } from './browser.js'
import { type Outcome, runDemo } from './demo.js'
import { createStage } from './stage.js'

/** Without a person the demo is over within a minute, one way or the other. */
const SCRIPTED_LIMIT_MS = 55_000
const EXIT_CODES: Readonly<Record<Outcome, number>> = { complete: 0, missing: 1, interrupted: 130 }

/** `npm run demo [-- --scripted]`: with a person where there is a terminal and a browser, else by itself. */
const { stdin, stdout, env, platform } = process
const isTerminal = Boolean(stdin.isTTY && stdout.isTTY)
const interactive = isTerminal && hasBrowser(platform, env) && !process.argv.includes('--scripted')
const stage = createStage({ stream: stdout, env, now: Date.now, ...(isTerminal && { confirm }) })
// A reader that went away (`npm run demo | head`) does not keep the demo from tidying up.
stdout.on('error', () => undefined)
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve)
})

buildIfStale()
const outcome = await runDemo(stage, {
  interactive,
  interrupted,
  ...(!interactive && { limitMs: SCRIPTED_LIMIT_MS }),
})
process.exit(EXIT_CODES[outcome])

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stdout })
  const answer = await terminal.question(`${question} [Y/n] `)
  terminal.close()
  return /^(y(es)?)?$/i.test(answer.trim())
}
