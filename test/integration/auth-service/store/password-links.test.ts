import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeExpired } from '../../../../server/auth-service/store/expired.js'
import {
  findPasswordLink,
  insertPasswordLink,
  usePasswordLink,
} from '../../../../server/auth-service/store/password-links.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { type TestRows, testRows } from '../../../support/auth-service/rows.js'

const DAY_MS = 86_400_000
const NOW = 10 * DAY_MS

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let store: Store
  let rows: TestRows
  beforeEach(async () => {
    database = await make()
    store = await database.open()
    rows = await testRows(store)
  })
  afterEach(() => database.remove())

  const add = (token: string, expiresAt: number, accountId = rows.account.id) =>
    store.write((transaction) =>
      insertPasswordLink(transaction, {
        token_hash: token,
        account_id: accountId,
        purpose: 'reset',
        created_at: 1,
        expires_at: expiresAt,
        used_at: null,
      }),
    )
  const left = async () => {
    const links = await store.read.selectFrom('password_links').select('token_hash').execute()
    return links.map((link) => link.token_hash).sort()
  }

  test('of a hundred who use one link at once, at two replicas, one does', async () => {
    const other = await database.open()
    await add('link', NOW)
    const uses = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 === 0 ? store : other).write((transaction) =>
          usePasswordLink(transaction, 'link', NOW - 1),
        ),
      ),
    )
    expect(uses.filter((isMine) => isMine)).toHaveLength(1)
    expect(await findPasswordLink(other.read, 'link')).toMatchObject({ used_at: NOW - 1 })
  })

  test('a new link takes the place of the one of before, and of nobody else’s', async () => {
    const somebodyElse = await testRows(store)
    await add('theirs', NOW, somebodyElse.account.id)
    await add('first', NOW)
    await add('second', NOW)
    expect(await left()).toEqual(['second', 'theirs'])
  })

  test('a link stays for a day after its end, so that the log can say what it was', async () => {
    const somebodyElse = await testRows(store)
    await add('kept', NOW - DAY_MS + 1)
    await add('removed', NOW - DAY_MS, somebodyElse.account.id)
    expect(await removeExpired(store, NOW)).toBe(1)
    expect(await left()).toEqual(['kept'])
  })
})
