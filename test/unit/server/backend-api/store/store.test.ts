import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StartError } from '../../../../../server/backend-api/errors.js'
import { addAccount, isKnownAccount } from '../../../../../server/backend-api/store/accounts.js'
import { cursorKey } from '../../../../../server/backend-api/store/secrets.js'
import { openSqlite } from '../../../../../server/backend-api/store/sqlite.js'
import { openStore } from '../../../../../server/backend-api/store/store.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.js'

const ACCOUNT = { issuer: 'https://as.example', subject: 'account-1' }

let folder: TemporaryFolder
let file: string
beforeEach(() => {
  folder = makeTemporaryFolder('store')
  file = join(folder.path, 'deep', 'items.db')
})
afterEach(() => folder.remove())

it('makes a missing file and its folder, for their owner only', async () => {
  const store = await openStore(file)
  await store.check()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder.path, 'deep')).mode & 0o777).toBe(0o700)
  await store.close()
})

it('writes ahead, and to the disk before it answers', async () => {
  const sqlite = await openSqlite(file)
  expect(sqlite.prepare('pragma journal_mode').all([])).toEqual([{ journal_mode: 'wal' }])
  expect(sqlite.prepare('pragma synchronous').all([])).toEqual([{ synchronous: 2 }])
  expect(sqlite.prepare('pragma foreign_keys').all([])).toEqual([{ foreign_keys: 1 }])
  sqlite.close()
})

it('finds again what it kept', async () => {
  const before = await openStore(file)
  await before.write((transaction) => addAccount(transaction, ACCOUNT))
  const key = await cursorKey(before)
  await before.close()
  const after = await openStore(file)
  expect(await isKnownAccount(after.read, ACCOUNT)).toBe(true)
  expect(await cursorKey(after)).toEqual(key)
  await after.close()
})

it('leaves nothing of a write that fails', async () => {
  const store = await openStore(file)
  const failing = store.write(async (transaction) => {
    await addAccount(transaction, ACCOUNT)
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await isKnownAccount(store.read, ACCOUNT)).toBe(false)
  await store.close()
})

it('says whether an account is new', async () => {
  const store = await openStore(file)
  expect(await store.write((transaction) => addAccount(transaction, ACCOUNT))).toBe(true)
  expect(await store.write((transaction) => addAccount(transaction, ACCOUNT))).toBe(false)
  const namesake = { ...ACCOUNT, issuer: 'https://other.example' }
  expect(await store.write((transaction) => addAccount(transaction, namesake))).toBe(true)
  await store.close()
})

it('lets two programs start on one new file at once', async () => {
  const stores = await Promise.all([openStore(file), openStore(file), openStore(file)])
  const keys = await Promise.all(stores.map(cursorKey))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
  await Promise.all(stores.map((store) => store.close()))
})

it('does not touch a database of a newer version', async () => {
  await (await openStore(file)).close()
  const sqlite = await openSqlite(file)
  sqlite.exec('pragma user_version = 99')
  sqlite.close()
  await expect(openStore(file)).rejects.toThrow('start a newer one')
  const again = await openSqlite(file)
  expect(again.prepare('pragma user_version').all([])).toEqual([{ user_version: 99 }])
  again.close()
})

it('names the file that is no database', async () => {
  const broken = join(folder.path, 'broken.db')
  writeFileSync(broken, 'x'.repeat(10_000))
  await expect(openStore(broken)).rejects.toThrow(StartError)
  await expect(openStore(broken)).rejects.toThrow('broken.db')
})

it('leaves the old version behind when a migration fails in the middle', async () => {
  const half = join(folder.path, 'half.db')
  const sqlite = await openSqlite(half)
  // The name of a later table is taken, so the first migration stops halfway.
  sqlite.exec('create table secrets (name text)')
  sqlite.close()
  await expect(openStore(half)).rejects.toThrow('secrets')
  const after = await openSqlite(half)
  expect(after.prepare("select name from sqlite_schema where type = 'table'").all([])).toEqual([
    { name: 'secrets' },
  ])
  expect(after.prepare('pragma user_version').all([])).toEqual([{ user_version: 0 }])
  after.close()
})
