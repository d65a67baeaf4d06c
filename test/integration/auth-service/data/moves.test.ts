import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  noRows,
  type RowCounts,
  readAllRows,
  TABLES,
} from '../../../../server/auth-service/store/all-rows.js'
import { listKeys } from '../../../../server/auth-service/store/keys.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { replaceLeakedKeys } from '../../../../server/auth-service/tokens/key-rotation.js'
import { rewriteDataFile, runOn, SECRET } from '../../../support/auth-service/data-files.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { everyTable } from '../../../support/auth-service/every-table.js'
import { testRows } from '../../../support/auth-service/rows.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

const ways = DATABASES.flatMap((from) => DATABASES.map((to) => ({ from, to })))

let folder: TemporaryFolder
let file: string
beforeEach(() => {
  folder = makeTemporaryFolder('data-moves')
  file = join(folder.path, 'data')
})
afterEach(() => folder.remove())

describe.each(ways)('from $from.name to $to.name', ({ from, to }) => {
  let source: TestDatabase
  let target: TestDatabase
  beforeEach(async () => {
    source = await from.make()
    target = await to.make()
    await everyTable(await source.open())
  })
  afterEach(async () => {
    await source.remove()
    await target.remove()
  })

  it('everything that was exported is imported, row by row, and counted', async () => {
    const exported = await runOn(source, ['export', file, '--json'])
    expect(exported).toMatchObject({ code: 0, stderr: '' })
    const counts: RowCounts = JSON.parse(exported.stdout)
    expect(counts).toEqual({ ...noRows(), ...Object.fromEntries(TABLES.map((table) => [table, 1])) })
    const imported = await runOn(target, ['import', file, '--json'])
    expect(imported).toMatchObject({ code: 0, stderr: expect.stringContaining('"data-imported"') })
    expect(JSON.parse(imported.stdout)).toEqual(counts)
    expect(await allRows(await target.open())).toEqual(await allRows(await source.open()))
  })
})

describe.each(ways.filter(({ from, to }) => from !== to))(
  'back from $from.name to $to.name',
  ({ from, to }) => {
    let source: TestDatabase
    let target: TestDatabase
    beforeEach(async () => {
      source = await from.make()
      target = await to.make()
      const store = await source.open()
      await everyTable(store)
      await replaceLeakedKeys({ store, secret: SECRET, now: () => 7 })
      await runOn(source, ['backup', file])
    })
    afterEach(async () => {
      await source.remove()
      await target.remove()
    })

    it('a backup comes back with every login ended, and nothing of a browser (60) (V2)', async () => {
      const restored = await runOn(target, ['restore', file])
      expect(restored).toMatchObject({ code: 0, stderr: expect.stringContaining('1 login ended') })
      const store = await target.open()
      expect(await store.read.selectFrom('grants').selectAll().execute()).toEqual([
        expect.objectContaining({
          revoked_at: expect.any(Number),
          revoked_reason: 'the database was restored from a backup',
          restored_at: null,
        }),
      ])
      const rows = new Map((await allRows(store)).map(({ table, rows }) => [table, rows.length]))
      expect(rows.get('keys')).toBe(3)
      const before = await listKeys((await source.open()).read)
      for (const { id } of await listKeys(store.read)) expect(before.map(({ id }) => id)).not.toContain(id)
      expect(rows.get('browser_sessions')).toBe(0)
      expect(rows.get('provider_sign_ins')).toBe(0)
      expect(rows.get('accounts')).toBe(1)
    })

    it('with --keep-sessions logins go on, and are known to come from a backup (60)', async () => {
      const restored = await runOn(target, ['restore', file, '--keep-sessions'])
      expect(restored).toMatchObject({ code: 0, stderr: expect.stringContaining('1 login kept') })
      expect(await (await target.open()).read.selectFrom('grants').selectAll().execute()).toEqual([
        expect.objectContaining({ revoked_at: null, restored_at: expect.any(Number) }),
      ])
      const [before, after] = await Promise.all([source.open(), target.open()])
      expect(await listKeys(after.read)).toEqual(await listKeys(before.read))
    })

    it.each([
      ['without', { AUTH_SERVICE_SECRET: '' }, 'AUTH_SERVICE_SECRET is not set'],
      [
        'with another',
        { AUTH_SERVICE_SECRET: Buffer.alloc(32, 4).toString('base64') },
        'AUTH_SERVICE_SECRET is not the secret',
      ],
    ])('a backup does not come back %s secret than that of its service', async (_what, env, message) => {
      expect(await runOn(target, ['restore', file], env)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(message),
      })
      expect((await allRows(await target.open())).every(({ rows }) => rows.length === 0)).toBe(true)
    })
  },
)

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let store: Store
  beforeEach(async () => {
    database = await make()
    store = await database.open()
  })
  afterEach(() => database.remove())

  const count = (name: keyof RowCounts) =>
    store.read
      .selectFrom(name)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
      .then(({ count }) => count)

  it('a table of the database is in the list of what is moved', async () => {
    const tables = (await store.read.introspection.getTables()).map(({ name }) => name)
    expect([...TABLES, 'migrations'].sort()).toEqual(tables.sort())
  })

  it('what is read is as it was at one instant, while others write without waiting', async () => {
    const rows = await testRows(store)
    for (let at = 0; at < 3; at++) await rows.addGrant()
    const reading = await database.open()
    const seen = noRows()
    await readAllRows(reading, async (batch) => {
      seen[batch.table] += batch.rows.length
      await rows.addGrant()
      await rows.addCode()
    })
    expect(seen).toMatchObject({ accounts: 1, grants: 3, authorization_codes: 0 })
    expect(await count('grants')).toBe(3 + TABLES.length)
  })

  it('more rows than are read at once are all moved, whatever order the database sorts them in', async () => {
    const accountId = (await testRows(store)).account.id
    const events = Array.from({ length: 1201 }, (_, at) => ({
      account_id: accountId,
      event: 'signed-in' as const,
      at: at % 7,
      id: `${at % 2 ? 'Ü' : '-z'}${at}`,
      source: null,
      client_id: null,
      provider: null,
    }))
    await store.write(async (transaction) => {
      for (let at = 0; at < events.length; at += 500) {
        await transaction
          .insertInto('security_events')
          .values(events.slice(at, at + 500))
          .execute()
      }
    })
    await runOn(database, ['export', file])
    const before = await allRows(store)
    for (const table of [...TABLES].reverse()) {
      await store.write((transaction) => sql`delete from ${sql.table(table)}`.execute(transaction))
    }
    expect(await runOn(database, ['import', file])).toMatchObject({ code: 0 })
    expect(await count('security_events')).toBe(1201)
    expect(await allRows(store)).toEqual(before)
  })

  it('nothing is put into a database that holds anything', async () => {
    await runOn(database, ['backup', file])
    await runOn(database, ['export', `${file}.export`])
    await everyTable(store)
    const before = await allRows(store)
    for (const args of [
      ['restore', file],
      ['restore', file, '--keep-sessions'],
      ['import', `${file}.export`],
    ]) {
      expect(await runOn(database, args)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('auth-service: this database is not empty'),
      })
    }
    expect(await allRows(store)).toEqual(before)
  })

  it('a file that the database refuses leaves it empty', async () => {
    await testRows(store)
    await runOn(database, ['export', file])
    for (const table of ['clients', 'accounts'] as const) {
      await store.write((transaction) => transaction.deleteFrom(table).execute())
    }
    // One account twice, as in no file that was written here: the sum of it is right.
    rewriteDataFile(file, (lines) => {
      const at = lines.findIndex((line) => line.startsWith('['))
      lines.splice(at, 0, lines[at] ?? '')
      return { accounts: 2 }
    })
    expect(await runOn(database, ['import', file])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the database did not take it: .*\n.*nothing was changed/),
    })
    expect(await count('accounts')).toBe(0)
  })

  it.each([
    ['without one that is needed', (columns: string[]) => columns.filter((name) => name !== 'disabled_at')],
    ['with one twice', (columns: string[]) => columns.map((name) => (name === 'disabled_at' ? 'id' : name))],
    [
      'with one of nobody',
      (columns: string[]) => columns.map((name) => name.replace('disabled_at', 'other')),
    ],
  ])('a file with columns %s leaves it empty', async (_what, change) => {
    await testRows(store)
    await runOn(database, ['export', file])
    for (const table of ['clients', 'accounts'] as const) {
      await store.write((transaction) => transaction.deleteFrom(table).execute())
    }
    rewriteDataFile(file, (lines) => {
      const at = lines.findIndex((line) => line.startsWith('{"table":"accounts"'))
      const { table, columns } = JSON.parse(lines[at] ?? '')
      const row: unknown[] = JSON.parse(lines[at + 1] ?? '')
      const left = change(columns)
      lines.splice(at, 2, JSON.stringify({ table, columns: left }), JSON.stringify(row.slice(0, left.length)))
      return {}
    })
    expect(await runOn(database, ['import', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the columns of accounts are not those of this database'),
    })
    expect(await count('accounts')).toBe(0)
  })

  it('an export is imported, and a backup is not', async () => {
    await runOn(database, ['backup', file])
    expect(await runOn(database, ['import', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('hint: auth-service restore'),
    })
    await runOn(database, ['export', `${file}.export`])
    expect(await runOn(database, ['restore', `${file}.export`])).toMatchObject({ code: 0 })
  })
})

async function allRows(store: Store) {
  const all: { table: string; rows: unknown[] }[] = []
  await readAllRows(store, async ({ table, columns, rows }) => {
    const named = rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])))
    all.push({ table, rows: named })
  })
  return all
}
