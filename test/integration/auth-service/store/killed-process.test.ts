import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { endChild, startChild } from '../../../support/child.js'
import { PROJECT_ROOT } from '../../../support/project-root.js'

const ROUNDS = 3
const ANSWERS_PER_ROUND = 150
const PROCESSES = 2

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await make()
  })
  afterEach(() => database.remove())

  test('nothing that was answered is lost when processes are killed at any instruction (28, 60, V2)', async () => {
    const answered: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const writers = Array.from({ length: PROCESSES }, (_, at) =>
        writeUntilKilled(database, `${round}-${at}`),
      )
      for (const keys of await Promise.all(writers)) answered.push(...keys)
    }
    const store = await database.open()
    const rows = await store.read.selectFrom('throttles').select('key').execute()
    const kept = new Set(rows.map(({ key }) => key))
    expect(answered.length).toBeGreaterThanOrEqual(ROUNDS * PROCESSES * ANSWERS_PER_ROUND)
    expect(answered.filter((key) => !kept.has(key))).toEqual([])
  })
})

/** Gives every write that a process of its own said was answered before it was killed. */
async function writeUntilKilled(database: TestDatabase, name: string): Promise<string[]> {
  const script = join(PROJECT_ROOT, 'test/support/auth-service/write-until-killed.ts')
  const child = startChild(
    process.execPath,
    [join(PROJECT_ROOT, 'test/support/run-typescript.mjs'), script, JSON.stringify(database.location), name],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  if (!child.stdout) throw new Error('the process has no output')
  const answered: string[] = []
  for await (const key of createInterface(child.stdout)) {
    answered.push(key)
    if (answered.length === ANSWERS_PER_ROUND) await endChild(child, 'SIGKILL')
  }
  return answered
}
