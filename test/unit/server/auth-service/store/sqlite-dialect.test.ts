import { Kysely } from 'kysely'
import type LibsqlDatabase from 'libsql'
import { expect, test } from 'vitest'
import { ImmediateSqliteDialect } from '../../../../../server/auth-service/store/sqlite-dialect.js'

/** A database whose write lock somebody else holds, and which is told of every try to get it. */
function lockedDatabase(tried: (times: number) => void): LibsqlDatabase.Database {
  let times = 0
  const database = {
    inTransaction: false,
    exec() {
      tried(++times)
      throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
    },
    close() {},
  }
  return database as unknown as LibsqlDatabase.Database
}

test.each([1, 3])('tries no more for the write lock once it closes, at try %i', async (lastTry) => {
  const closing = new AbortController()
  let tries = 0
  const database = lockedDatabase((times) => {
    tries = times
    if (times === lastTry) closing.abort()
  })
  const db = new Kysely({ dialect: new ImmediateSqliteDialect(database, closing.signal) })
  await expect(db.transaction().execute(async () => 'never')).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  expect(tries).toBe(lastTry)
})
