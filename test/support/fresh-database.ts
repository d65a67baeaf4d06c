import { inject } from 'vitest'
import { createDatabase } from './postgres.js'
import './setup-postgres.js'

/** Makes an empty PostgreSQL database on the server of this run, for integration tests, and gives its URL. */
export function freshDatabase(): Promise<string> {
  return createDatabase(inject('postgresUrl'))
}
