import pg from 'pg'
import { expect, it } from 'vitest'
import { startPostgres } from '../../support/postgres.js'

it('gives each caller an empty database and nothing to anybody without its password', async () => {
  const postgres = await startPostgres()
  try {
    const [one, other] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()])
    expect(one).not.toBe(other)
    const client = new pg.Client({ connectionString: one })
    await client.connect()
    await client.query('CREATE TABLE kept (id int)')
    await client.end()

    const stranger = new URL(other)
    stranger.password = 'guessed'
    await expect(new pg.Client({ connectionString: stranger.href }).connect()).rejects.toThrow(/password/)
  } finally {
    await postgres.stop()
  }
})
