import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { countFailure } from '../../server/auth-service/store/throttles.js'
import { SQLITE, type TestDatabase } from '../support/auth-service/databases.js'
import { endChild, startChild } from '../support/child.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.js'

const AUTH_SERVICE = join(PROJECT_ROOT, 'dist/bin/auth-service.js')

/** The schema of an empty database takes less than half of it, the rows here three times as much. */
const LIMIT_KIB = 1024
const ROWS = 3000
const POLICY = { limit: 10, windowMs: 1000, blockMs: 1000 }

let folder: TemporaryFolder
let database: TestDatabase
let file: string
beforeEach(async () => {
  folder = makeTemporaryFolder('data-moves')
  file = join(folder.path, 'data')
  database = await SQLITE.make()
  const store = await database.open()
  await store.write(async (transaction) => {
    for (let at = 0; at < ROWS; at++) {
      await countFailure(transaction, `${at} ${'x'.repeat(1000)}`, POLICY, 1)
    }
  })
})
afterEach(async () => {
  await database.remove()
  folder.remove()
})

/** Runs the command where no file may grow over the limit: what a full disk does, without one. */
function whereDisksAreFull(args: readonly string[], path: string) {
  const line = `ulimit -f ${LIMIT_KIB}; exec "$0" "$@"`
  return run('bash', ['-c', line, process.execPath, AUTH_SERVICE, ...args], path)
}

function run(command: string, args: readonly string[], path: string) {
  return spawnSync(command, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder.path, AUTH_SERVICE_DATABASE: path },
  })
}

const pathOf = ({ location }: TestDatabase) => ('path' in location ? location.path : '')

it('a backup for which the disk has no room leaves nothing, and says so', () => {
  const { status, stdout, stderr } = whereDisksAreFull(['backup', file], pathOf(database))
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/^auth-service: EFBIG[^\n]*\n$/)
  expect(readdirSync(folder.path)).toEqual([])
})

it('an import for which the disk has no room leaves an empty database, which the next one fills', () => {
  const target = join(folder.path, 'target.sqlite')
  expect(run(process.execPath, [AUTH_SERVICE, 'export', file], pathOf(database)).status).toBe(0)
  const { status, stdout, stderr } = whereDisksAreFull(['import', file], target)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(
    /^auth-service: the database did not take it: .*\nauth-service: hint: nothing was changed\n$/,
  )
  const again = run(process.execPath, [AUTH_SERVICE, 'import', file], target)
  expect(again).toMatchObject({ status: 0, stdout: expect.stringMatching(/^throttles +3000$/m) })
})

it('a backup that is killed has no name yet, and the next one takes it', async () => {
  const child = startChild(
    process.execPath,
    [
      join(PROJECT_ROOT, 'test/support/run-typescript.mjs'),
      join(PROJECT_ROOT, 'test/support/auth-service/backup-until-killed.ts'),
      JSON.stringify(database.location),
      file,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  if (!child.stdout) throw new Error('the process has no output')
  await once(child.stdout, 'data')
  await endChild(child, 'SIGKILL')
  expect(readdirSync(folder.path)).toEqual([expect.stringMatching(/^data\.[-0-9a-f]{36}$/)])
  expect(run(process.execPath, [AUTH_SERVICE, 'backup', file], pathOf(database)).status).toBe(0)
})
