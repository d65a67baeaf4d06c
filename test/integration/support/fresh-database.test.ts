import pg from 'pg'
import { expect, it } from 'vitest'
import { freshDatabase } from '../../support/fresh-database.js'

it('gives each caller an empty database on the server of this run', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
  expect(one).not.toBe(other)
  const client = new pg.Client({ connectionString: one })
  await client.connect()
  const { rows } = await client.query(`SELECT * FROM information_schema.tables WHERE table_schema = 'public'`)
  await client.end()
  expect(rows).toEqual([])
})
