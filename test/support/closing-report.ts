import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

const SLOWEST = 10
const LITERAL_CALL = /\bonlyOn\(\s*'(\w+)',\s*(['"`])(.+?)\2/g

/** Ends a run with its ten slowest tests, the tests of other platforms, and one plain line that counts. */
export class ClosingReport implements Reporter {
  readonly #testFolder: string

  constructor(testFolder: string) {
    this.#testFolder = testFolder
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const elsewhere = testsOfOtherPlatforms(this.#testFolder)
    const lines = [
      '',
      ...slowest(tests),
      ...(elsewhere.length > 0 ? [`belongs to other platforms, not run here: ${elsewhere.join('; ')}`] : []),
      countingLine(tests, modules, unhandledErrors.length),
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
  }
}

/** `12 passed, 0 failed`, and `, 1 skipped` where it applies. A file that could not be read is a failure. */
function countingLine(tests: TestCase[], modules: readonly TestModule[], unhandledErrors: number): string {
  const count = (state: string) => tests.filter((test) => test.result().state === state).length
  const brokenFiles = modules.filter((module) => module.errors().length > 0).length
  const failed = count('failed') + brokenFiles + unhandledErrors
  // What was never reached, because the run was stopped, has not passed either.
  const skipped = count('skipped') + count('pending')
  return `${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function slowest(tests: TestCase[]): string[] {
  const timed = tests.map((test) => ({ test, ms: test.diagnostic()?.duration ?? 0 }))
  const slow = timed.sort((one, other) => other.ms - one.ms).slice(0, SLOWEST)
  return [
    'slowest tests:',
    ...slow.map(
      ({ test, ms }) =>
        `${(ms / 1000).toFixed(2).padStart(8)} s  ${test.module.relativeModuleId} > ${test.fullName}`,
    ),
  ]
}

function testsOfOtherPlatforms(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(LITERAL_CALL)])
    .filter(([, platform]) => platform !== process.platform)
    .map(([, platform, , title]) => `${title} (${platform})`)
}
