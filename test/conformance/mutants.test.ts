import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROJECT_ROOT } from '../support/project-root.js'
import { mutants } from './mutants/index.js'
import { mutate } from './mutate.js'

it('finds the check of every mutant once in its file', () => {
  const stale = mutants.filter(
    (mutant) => typeof mutate(readFileSync(join(PROJECT_ROOT, mutant.file), 'utf8'), mutant) !== 'string',
  )
  expect(stale.map(({ name, file }) => `${name} (${file})`)).toEqual([])
})

it('has a name of its own and tests for every mutant', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
  const missing = mutants
    .flatMap(({ tests }) => tests)
    .filter((path) => !existsSync(join(PROJECT_ROOT, path)))
  expect(missing).toEqual([])
})
