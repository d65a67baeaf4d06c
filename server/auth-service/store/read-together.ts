import type { Reader } from './store.js'
import { endOfTurn } from './turn.js'

/** SQLite and PostgreSQL take many more parameters; an answer of so many rows is still a short one. */
const MAX_KEYS = 64

interface Asked<Row> {
  keys: Set<string>
  rows: Promise<ReadonlyMap<string, Row>>
}

/**
 * Reads in one query all that the requests of one turn of the event loop ask for by key, which under load are dozens of
 * rows: a query of its own for each would cost more than twice as much. What a request reads was committed at the end of
 * its turn or later. Inside a transaction everybody reads for themselves.
 *
 * @param readAll answers the rows that there are. Some keys may be named more than once, so that there are few lengths
 *   of the list, and few texts of the query.
 */
export function readTogether<Row>(
  readAll: (db: Reader, keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): (db: Reader, key: string) => Promise<Row | undefined> {
  const thisTurn = new WeakMap<Reader, Asked<Row>>()

  async function readAtTheEnd(db: Reader, keys: Set<string>): Promise<ReadonlyMap<string, Row>> {
    await endOfTurn()
    thisTurn.delete(db)
    return readAll(db, filledUp([...keys]))
  }

  return async (db, key) => {
    if (db.isTransaction) return (await readAll(db, [key])).get(key)
    let asked = thisTurn.get(db)
    if (asked === undefined || asked.keys.size === MAX_KEYS) {
      const keys = new Set<string>()
      asked = { keys, rows: readAtTheEnd(db, keys) }
      thisTurn.set(db, asked)
    }
    asked.keys.add(key)
    return (await asked.rows).get(key)
  }
}

/** Up to the next power of two. */
function filledUp(keys: readonly string[]): readonly string[] {
  const length = 2 ** Math.ceil(Math.log2(keys.length))
  const [first = ''] = keys
  return [...keys, ...Array.from({ length: length - keys.length }, () => first)]
}
