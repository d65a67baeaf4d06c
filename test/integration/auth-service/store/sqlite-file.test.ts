import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Libsql from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../../../server/auth-service/store/open-store.js'
import type { Store, Writer } from '../../../../server/auth-service/store/store.js'
import { countFailure, findThrottle } from '../../../../server/auth-service/store/throttles.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

const POLICY = { limit: 1000, windowMs: 1000, blockMs: 1000 }
const count = (key: string) => (transaction: Writer) => countFailure(transaction, key, POLICY, 1)

let folder: TemporaryFolder
let path: string
let store: Store
beforeEach(async () => {
  folder = makeTemporaryFolder('sqlite')
  path = join(folder.path, 'data', 'auth-service.sqlite')
  store = await openStore({ path }, Date.now)
})
afterEach(async () => {
  await store.close()
  folder.remove()
})

const modeOf = (file: string) => statSync(file).mode & 0o777

test('makes its file and its log for this user only, in a folder for this user only', async () => {
  await store.write(count('a'))
  expect(modeOf(dirname(path))).toBe(0o700)
  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(modeOf(file)).toBe(0o600)
})

test('leaves the mode of a folder that was there', async () => {
  const shared = join(folder.path, 'there')
  mkdirSync(shared, { mode: 0o755 })
  const other = await openStore({ path: join(shared, 'auth-service.sqlite') }, Date.now)
  await other.close()
  expect(modeOf(shared)).toBe(0o755)
})

test('has everything in the one file after a stop', async () => {
  await store.write(count('a'))
  await store.close()
  const copy = new Libsql(path)
  expect(copy.prepare('select failures from throttles').all()).toEqual([{ failures: 1 }])
  copy.close()
})

test('syncs every commit to the disk and checks references', () => {
  // As a fresh connection of the store would have it; the settings are per connection.
  const read = (name: string) => store.write(async (transaction) => pragma(transaction, name))
  return Promise.all([
    expect(read('synchronous')).resolves.toBe(2),
    expect(read('foreign_keys')).resolves.toBe(1),
    expect(read('journal_mode')).resolves.toBe('wal'),
  ])
})

async function pragma(transaction: Writer, name: string): Promise<unknown> {
  const { sql } = await import('kysely')
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(transaction)
  return rows[0]?.[name]
}

test('cannot be changed through the connection for reads', async () => {
  await expect(store.read.deleteFrom('throttles').execute()).rejects.toThrow('readonly')
})

test('keeps answering other things while another process holds the write lock', async () => {
  const another = new Libsql(path)
  another.exec('begin immediate')
  let answered = false
  const write = store.write(count('a')).then(() => {
    answered = true
  })
  for (let turn = 0; turn < 20; turn++) await setImmediate()
  expect(await findThrottle(store.read, 'a')).toBeUndefined()
  expect(answered).toBe(false)
  another.exec('commit')
  another.close()
  await write
  expect(await findThrottle(store.read, 'a')).toBeDefined()
})

test('says in one line that a file is no database', async () => {
  const { writeFileSync } = await import('node:fs')
  const wrong = join(folder.path, 'wrong.sqlite')
  writeFileSync(wrong, 'this is not a database, but long enough to be looked at'.repeat(100))
  await expect(openStore({ path: wrong }, Date.now)).rejects.toThrow(
    /^the database can't be opened: .*not a database/,
  )
})

test('gives up on the lock of somebody else when it is closed, and then changes nothing', async () => {
  const other = new Libsql(path)
  other.exec('begin immediate')
  const write = store.write(count('a'))
  const refused = expect(write).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  await store.close()
  await refused
  other.exec('rollback')
  expect(other.prepare('select key from throttles').all()).toEqual([])
  other.close()
})
