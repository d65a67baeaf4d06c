import Libsql from 'libsql'

/** How many grants one person has. */
const GRANTS_PER_ACCOUNT = 10

/**
 * Puts grants of other people's logins into a database, as copies of its first account and its first grant under
 * random ids.
 */
export function addOtherGrants(database: string, count: number): void {
  const db = new Libsql(database)
  db.exec('pragma foreign_keys = off; pragma synchronous = off; pragma cache_size = -1000000')
  const numbers = `with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < ${count})`
  db.exec('begin')
  db.exec(
    `${numbers} insert into accounts ${copy(db, 'accounts', { id: "'account-' || i", username: "'other-' || i" })}
     where i <= ${count / GRANTS_PER_ACCOUNT}`,
  )
  db.exec(
    `${numbers} insert into grants ${copy(db, 'grants', {
      id: 'lower(hex(randomblob(11)))',
      account_id: `'account-' || (1 + i % ${count / GRANTS_PER_ACCOUNT})`,
    })}`,
  )
  db.exec('commit')
  db.close()
}

/** Selects one row of a table again and again, with some columns made anew from the number `i`. */
function copy(db: Libsql.Database, table: string, changes: Record<string, string>): string {
  const columns = db.prepare(`select name from pragma_table_info('${table}')`).all() as { name: string }[]
  const values = columns.map(({ name }) => changes[name] ?? `one.${name}`)
  return `select ${values.join(', ')} from numbers, (select * from ${table} limit 1) one`
}
