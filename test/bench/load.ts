import { spawn, spawnSync } from 'node:child_process'
import { pinned } from './processor.js'

/** What one run of the load generator saw. */
export interface LoadResult {
  requestsPerSecond: number
  /** Answers that were not 2xx, and connections that broke. */
  failures: number
}

export interface LoadOptions {
  url: string
  /** The `Authorization` values, sent in turn: a file with one token a line. */
  tokensFile: string
  seconds: number
  connections: number
}

export type LoadGenerator = (options: LoadOptions) => Promise<LoadResult>

/** The slowest peer answers 200 requests a second, 64 at a time. */
const ANSWER_TIMEOUT_SECONDS = 10

/** The processor of the load generator, and of everything that is not measured. */
export const LOAD_PROCESSOR = 1

/** wrk where it is installed, else a small generator of our own; either in a process of its own. */
export function chooseLoadGenerator(files: { wrkScript: string; nodeGenerator: string }): {
  name: string
  run: LoadGenerator
} {
  const wrk = spawnSync('wrk', ['--version'])
  if (wrk.error) return { name: 'a Node load generator', run: runNodeGenerator(files.nodeGenerator) }
  return { name: 'wrk', run: runWrk(files.wrkScript) }
}

function runWrk(script: string): LoadGenerator {
  return async ({ url, tokensFile, seconds, connections }) => {
    const args = [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--timeout',
      `${ANSWER_TIMEOUT_SECONDS}s`,
      '-s',
      script,
      url,
      '--',
      tokensFile,
    ]
    return parseResult(await output('wrk', args))
  }
}

function runNodeGenerator(program: string): LoadGenerator {
  return async ({ url, tokensFile, seconds, connections }) =>
    parseResult(
      await output(process.execPath, [program, url, tokensFile, String(seconds), String(connections)]),
    )
}

/** The last line of either generator is a JSON object. */
function parseResult(text: string): LoadResult {
  const line = text.trimEnd().split('\n').at(-1) ?? ''
  return JSON.parse(line)
}

function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(...pinned(LOAD_PROCESSOR, command, args), { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${command} ended with ${code}`)),
    )
  })
}
