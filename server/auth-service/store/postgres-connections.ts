import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { DatabaseUnavailable, sqlState } from './database-unavailable.js'

/** What a server says that goes away, or that may not be written any more: somebody else may be at its address soon. */
const GOING_AWAY = ['08', '57P', '25P03', '25006']

/**
 * The pool's connections, told apart by what they are still good for: one that was lost, or did not answer in time, is
 * never used again, whoever holds it and whatever they ask of it.
 *
 * @param answerTimeoutMs how long a server may say nothing; without it, for ever.
 */
export function createConnections(pool: pg.Pool, answerTimeoutMs?: number): PostgresPool {
  const connections = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await connect(pool)
      const connection = connections.get(client) ?? createConnection(client, answerTimeoutMs)
      connections.set(client, connection)
      return connection
    },
    end: () => pool.end(),
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw new DatabaseUnavailable(error)
  }
}

function createConnection(client: pg.PoolClient, answerTimeoutMs: number | undefined): PostgresPoolClient {
  let lost: unknown
  // Between two queries of a transaction nobody else hears of it, and what nobody hears of ends the process.
  client.on('error', (error) => {
    lost ??= new DatabaseUnavailable(error)
  })

  async function query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (lost !== undefined) throw lost
    let result: pg.QueryResult
    const config = { text: sql, values: [...parameters], query_timeout: answerTimeoutMs }
    try {
      result = await client.query(config)
    } catch (error) {
      const state = sqlState(error)
      const answer = state === undefined ? new DatabaseUnavailable(error) : error
      if (state === undefined || GOING_AWAY.some((beginning) => state.startsWith(beginning))) lost = answer
      throw answer
    }
    // What PostgreSQL answers to the COMMIT of a transaction in which a statement failed: it has undone everything.
    if (sql === 'commit' && result.command === 'ROLLBACK') {
      throw new Error('a job went on after a statement of it had failed')
    }
    return result as PostgresQueryResult<R>
  }

  return {
    // Of the two ways to ask, nobody uses the one with a cursor.
    query: query as PostgresPoolClient['query'],
    release: () => client.release(lost !== undefined),
  }
}
