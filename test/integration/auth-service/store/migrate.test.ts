import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureBuiltInClient } from '../../../../server/auth-service/built-in-client.js'
import { listAccounts } from '../../../../server/auth-service/store/accounts.js'
import { findClient } from '../../../../server/auth-service/store/clients.js'
import { migrate } from '../../../../server/auth-service/store/migrate.js'
import { migrations } from '../../../../server/auth-service/store/migrations.js'
import { openStore } from '../../../../server/auth-service/store/open-store.js'
import { runCommand } from '../../../support/auth-service/command-line.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { makeOlder } from '../../../support/auth-service/older-schema.js'
import { testRows } from '../../../support/auth-service/rows.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

const UPGRADE = { mayUpgrade: true, now: () => 1 }

describe.each(DATABASES)('the schema on $name', ({ name, makeEmpty }) => {
  const dialect = name === 'SQLite' ? 'sqlite' : 'postgres'
  let folder: TemporaryFolder
  let database: TestDatabase
  beforeEach(async () => {
    folder = makeTemporaryFolder('migrate')
    database = await makeEmpty()
  })
  afterEach(async () => {
    await database.remove()
    folder.remove()
  })

  test('is made once when several replicas start at the same time', async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => database.open()))
    for (const store of stores) expect(await listAccounts(store.read)).toEqual([])
  })

  test('stays as it is at a second start', async () => {
    const first = await database.open()
    await first.close()
    const second = await database.open()
    expect(await listAccounts(second.read)).toEqual([])
  })

  test('that an older version made is brought up to date by a server, and by no command: its servers may run', async () => {
    const store = await database.open()
    await makeOlder(store)
    const names = () =>
      (store.read as unknown as Kysely<{ migrations: { name: string } }>)
        .selectFrom('migrations')
        .select('name')
        .execute()
    const older = await names()
    await expect(database.open()).rejects.toMatchObject({
      message:
        'the database was written by an older version of the AuthService (it has no migration 013-codes-underway)',
      hint: expect.stringContaining('use that version, or start this one on it'),
    })
    const { location } = database
    const env: Record<string, string> =
      'url' in location ? { DATABASE_URL: location.url } : { AUTH_SERVICE_DATABASE: location.path }
    for (const args of [
      ['keys', 'list'],
      ['accounts', 'list'],
      ['backup', join(folder.path, 'backup')],
    ]) {
      expect(await runCommand(args, { env })).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('auth-service: the database was written by an older version'),
      })
    }
    expect(await names()).toEqual(older)
    await (await openStore(location, Date.now, { mayUpgrade: true })).close()
    expect(await names()).toHaveLength(migrations.length)
    await expect(database.open()).resolves.toBeDefined()
  })

  test('that a newer version made is refused with a sentence', async () => {
    const store = await database.open()
    const newer = [...migrations, { name: '999-later', up: async () => {} }]
    await store.write((transaction) => migrate(transaction, { dialect, ...UPGRADE, known: newer }))
    await expect(database.open()).rejects.toMatchObject({
      message: 'the database was written by a newer version of the AuthService (it has migration 999-later)',
      hint: expect.stringContaining('start that version'),
    })
  })

  test('lets the built-in client of an older version log people in on other devices, and no other (72)', async () => {
    const store = await database.open()
    const { clientId } = await testRows(store)
    await ensureBuiltInClient(store, 1)
    await store.write(async (transaction) => {
      const old = transaction as unknown as Kysely<{ migrations: { name: string } }>
      await old.schema.dropTable('device_authorizations').execute()
      await old.schema.alterTable('clients').dropColumn('device_scopes').execute()
      await old.deleteFrom('migrations').where('name', '=', '002-device-authorizations').execute()
      await migrate(transaction, { dialect, ...UPGRADE, known: migrations })
    })
    expect((await findClient(store.read, 'authcli'))?.deviceScopes).toBe('any')
    expect((await findClient(store.read, clientId))?.deviceScopes).toBeNull()
  })

  test('is as before when a migration fails half way', async () => {
    const store = await database.open()
    const broken = [
      ...migrations,
      {
        name: '002-broken',
        up: async (db: Parameters<(typeof migrations)[0]['up']>[0]) => {
          await db.schema.createTable('half').addColumn('id', 'text').execute()
          throw new Error('half way')
        },
      },
    ]
    const change = () =>
      store.write((transaction) => migrate(transaction, { dialect, ...UPGRADE, known: broken }))
    await expect(change()).rejects.toThrow('half way')
    // The second try fails in the same place, and not because the table is there already.
    await expect(change()).rejects.toThrow('half way')
    await expect(database.open()).resolves.toBeDefined()
  })
})
