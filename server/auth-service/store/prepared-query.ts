import type { CompiledQuery, DialectAdapter, Kysely, QueryResult } from 'kysely'
import type { Database } from './schema.js'
import type { Reader } from './store.js'

/** A query of Kysely's, which knows what its rows look like. */
interface Query<Row> {
  compile(): CompiledQuery<Row>
}

/** A query's text for one database, and where each of its values comes from. */
interface Compiled<Row> {
  query: CompiledQuery<Row>
  /** The name of a parameter, or what the query says itself. */
  values: readonly ({ name: string } | { constant: unknown })[]
}

/** The texts of a query for one database, by how many parameters they have. */
type Texts<Row> = Map<number, Compiled<Row>>

/**
 * A query that is built once, and not anew by each request: Kysely takes longer for that than SQLite for the answer.
 * For what happens at every request.
 *
 * @param build makes the query from its parameters, or from a list of them. It may only hand them on: what it gets are
 *   not yet their values.
 * @returns runs the query. The parameters have the same names each time; a list may have any length.
 */
export function prepareQuery<Parameters extends object, Row>(
  build: (db: Kysely<Database>, parameters: Parameters) => Query<Row>,
): (db: Reader, parameters: Parameters) => Promise<QueryResult<Row>> {
  // One adapter for each connection: reading and writing, SQLite and PostgreSQL have texts of their own.
  const known = new WeakMap<DialectAdapter, Texts<Row>>()

  function compile(db: Reader, parameters: Parameters, names: readonly string[]): Compiled<Row> {
    const marks = new Map(names.map((name) => [`\0${name}`, name]))
    const marked = Object.fromEntries([...marks].map(([mark, name]) => [name, mark]))
    const query = build(db, (Array.isArray(parameters) ? [...marks.keys()] : marked) as Parameters).compile()
    const values = query.parameters.map((value) => {
      const name = typeof value === 'string' ? marks.get(value) : undefined
      return name === undefined ? { constant: value } : { name }
    })
    return { query, values }
  }

  function textsFor(db: Reader): Texts<Row> {
    const { adapter } = db.getExecutor()
    const texts = known.get(adapter) ?? new Map()
    known.set(adapter, texts)
    return texts
  }

  return async (db, parameters) => {
    const names = Object.keys(parameters)
    const texts = textsFor(db)
    const compiled = texts.get(names.length) ?? compile(db, parameters, names)
    texts.set(names.length, compiled)
    const { query, values } = compiled
    const given = parameters as Readonly<Record<string, unknown>>
    return db.executeQuery({
      ...query,
      parameters: values.map((value) => ('name' in value ? given[value.name] : value.constant)),
    })
  }
}
