import { join } from 'node:path'
import { CompiledQuery, Kysely, sql } from 'kysely'
import Libsql from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LibsqlDialect } from '../../../../../server/auth-service/store/sqlite-dialect.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.js'

interface Things {
  things: { id: string; size: number }
}

let folder: TemporaryFolder
let file: string
let db: Kysely<Things>

beforeEach(async () => {
  folder = makeTemporaryFolder('sqlite-connection')
  file = join(folder.path, 'things.db')
  db = new Kysely<Things>({ dialect: new LibsqlDialect(new Libsql(file)) })
  await sql`create table things (id text primary key, size integer not null) strict`.execute(db)
  await db
    .insertInto('things')
    .values([
      { id: 'a', size: 1 },
      { id: 'b', size: 2 },
    ])
    .execute()
})

afterEach(async () => {
  await db.destroy()
  folder.remove()
})

const bySize = (size: number, limit: number) =>
  db.selectFrom('things').selectAll().where('size', '>=', size).orderBy('id').limit(limit).execute()

test('the same statement answers each time what it is asked', async () => {
  expect(await bySize(2, 1)).toEqual([{ id: 'b', size: 2 }])
  expect(await bySize(1, 2)).toHaveLength(2)
  expect(await bySize(2, 1)).toEqual([{ id: 'b', size: 2 }])
  expect(await bySize(1, 2)).toEqual([
    { id: 'a', size: 1 },
    { id: 'b', size: 2 },
  ])
  expect(await bySize(1, 1)).toEqual([{ id: 'a', size: 1 }])
  expect(await bySize(3, 1)).toEqual([])
  expect(await bySize(3, 2)).toEqual([])
})

test('a statement that was prepared before another process added a column answers that column too', async () => {
  await bySize(1, 2)
  const other = new Libsql(file)
  other.exec("alter table things add column colour text not null default 'red'")
  other.close()
  expect(await bySize(2, 1)).toEqual([{ id: 'b', size: 2, colour: 'red' }])
  expect(await bySize(2, 2)).toEqual([{ id: 'b', size: 2, colour: 'red' }])
})

test('one row of many leaves nothing open that would keep a writer waiting', async () => {
  await bySize(1, 1)
  const other = new Libsql(file)
  other.exec('delete from things')
  other.close()
  expect(await bySize(1, 1)).toEqual([])
})

test('a statement that has failed works again', async () => {
  const add = () => db.insertInto('things').values({ id: 'c', size: 3 }).execute()
  await add()
  await expect(add()).rejects.toThrow(/UNIQUE/)
  await db.deleteFrom('things').where('id', '=', 'c').execute()
  await add()
  expect(await bySize(3, 2)).toEqual([{ id: 'c', size: 3 }])
})

test('more statements than are kept all work', async () => {
  for (let index = 0; index < 700; index += 1) {
    const { rows } = await db.executeQuery(CompiledQuery.raw(`select ${index} as number`))
    expect(rows).toEqual([{ number: index }])
  }
})

test('streams rows in groups', async () => {
  const rows = []
  for await (const row of db.selectFrom('things').selectAll().orderBy('id').stream(2)) rows.push(row)
  expect(rows.map(({ id }) => id)).toEqual(['a', 'b'])
})
