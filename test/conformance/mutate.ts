import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { copyTree } from '../support/copy-tree.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

/** One check taken out of the programs: a piece of text that is replaced, and the tests that must notice. */
export interface Mutant {
  /** What the check was for, as it would be missed. */
  name: string
  /** The file, from the project's folder. */
  file: string
  /** A text that occurs exactly once in the file. */
  find: string
  replace: string
  /** Test files or folders, from the project's folder. */
  tests: readonly string[]
}

/** `killed`: a test went red, as it should. Everything else is a failure of the list or of the tests. */
export type Verdict =
  | { state: 'killed'; by: string }
  | { state: 'survived' }
  | { state: 'stale'; reason: string }

/** A copy of the project in which checks can be taken out, and put back. */
export interface MutationFloor {
  /** Runs tests as they are. `failed` holds the titles. */
  run(tests: readonly string[]): Promise<{ passed: number; failed: string[] }>
  judge(mutant: Mutant): Promise<Verdict>
  remove(): void
}

/** Copies the sources to a folder of their own; what is installed is shared. */
export function layMutationFloor(): MutationFloor {
  const folder = makeTemporaryFolder('mutants')
  const project = join(folder.path, 'project')
  mkdirSync(project)
  copyTree(PROJECT_ROOT, project)
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(project, 'node_modules'))
  const results = join(folder.path, 'results.json')
  return {
    run: (tests) => runTests(project, tests, results),
    remove: folder.remove,
    judge: async (mutant) => {
      const path = join(project, mutant.file)
      const original = readFileSync(path, 'utf8')
      const mutated = mutate(original, mutant)
      if (typeof mutated !== 'string') return mutated
      // A program that cannot be read would turn every test red and prove nothing.
      await transform(mutated, { loader: 'ts' })
      writeFileSync(path, mutated)
      try {
        const { failed } = await runTests(project, [...mutant.tests, '--bail=1'], results)
        return failed[0] === undefined ? { state: 'survived' } : { state: 'killed', by: failed[0] }
      } finally {
        writeFileSync(path, original)
      }
    },
  }
}

/** The text without the check, or the reason why the mutant no longer fits the text. */
export function mutate(original: string, { find, replace }: Mutant): string | Verdict {
  const occurrences = original.split(find).length - 1
  if (occurrences === 1) return original.replace(find, () => replace)
  return { state: 'stale', reason: `its text occurs ${occurrences} times` }
}

interface Results {
  numPassedTests: number
  testResults: { assertionResults: { status: string; fullName: string }[] }[]
}

async function runTests(project: string, args: readonly string[], results: string) {
  rmSync(results, { force: true })
  const vitest = join(PROJECT_ROOT, 'node_modules/vitest/vitest.mjs')
  const always = [
    'run',
    '--config=test/vitest.config.ts',
    // The same files once more.
    '--project=!postgresql',
    '--reporter=json',
    `--outputFile=${results}`,
  ]
  // A red run ends with an exit code; whether it ran at all is told by its results.
  const said = await promisify(execFile)(process.execPath, [vitest, ...always, ...args], {
    cwd: project,
  }).catch((error: { stderr: string }) => error)
  try {
    const { numPassedTests, testResults }: Results = JSON.parse(readFileSync(results, 'utf8'))
    const failed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
    return { passed: numPassedTests, failed: failed.map(({ fullName }) => fullName) }
  } catch {
    throw new Error(`the tests did not run: ${args.join(' ')}\n${said.stderr}`)
  }
}
