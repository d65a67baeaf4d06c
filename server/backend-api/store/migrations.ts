import { StartError } from '../errors.js'
import type { SqliteHandle } from './sqlite.js'

/** Append only: entry n takes a database from version n to n + 1. `schema.ts` describes the result. */
const MIGRATIONS: readonly string[] = [
  `
  create table accounts (
    number integer primary key,
    issuer text not null,
    subject text not null,
    unique (issuer, subject)
  ) strict;

  create table items (
    account integer not null references accounts (number),
    id text not null,
    title text not null,
    note text,
    created_at text not null,
    json text not null generated always as (
      case when note is null
        then json_object('id', id, 'title', title, 'createdAt', created_at)
        else json_object('id', id, 'title', title, 'note', note, 'createdAt', created_at)
      end
    ) stored,
    primary key (account, id)
  ) strict, without rowid;

  create table secrets (
    name text primary key,
    value text not null
  ) strict;
  `,
]

/**
 * Brings the database to the newest version, all of it or nothing: one transaction, so that a kill in the
 * middle leaves the old version and two programs that start at once don't meet.
 * @throws StartError when a newer version of this program has been here.
 */
export function migrate(database: SqliteHandle): void {
  database.exec('begin immediate')
  try {
    const version = userVersion(database)
    if (version > MIGRATIONS.length) {
      throw new StartError(
        `the database is of version ${version}, this program knows ${MIGRATIONS.length}: start a newer one`,
      )
    }
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration)
    database.exec(`pragma user_version = ${MIGRATIONS.length}`)
    database.exec('commit')
  } catch (error) {
    database.exec('rollback')
    throw error
  }
}

function userVersion(database: SqliteHandle): number {
  const [row] = database.prepare('pragma user_version').all([])
  return Number((row as { user_version: number }).user_version)
}
