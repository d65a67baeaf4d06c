import type { Reader } from './store.js'

/**
 * Makes one read of all that ask for the same thing in one turn of the event loop, which under load are dozens of
 * requests. For rows that only operators change, such as those of clients: a change holds from the next turn on. Inside
 * a transaction everybody reads for themselves.
 */
export function readOnceATurn<T>(
  read: (db: Reader, key: string) => Promise<T>,
): (db: Reader, key: string) => Promise<T> {
  const thisTurn = new WeakMap<Reader, Map<string, Promise<T>>>()

  function answersOf(db: Reader): Map<string, Promise<T>> {
    const known = thisTurn.get(db)
    if (known !== undefined) return known
    const answers = new Map<string, Promise<T>>()
    thisTurn.set(db, answers)
    setImmediate(() => thisTurn.delete(db))
    return answers
  }

  return (db, key) => {
    if (db.isTransaction) return read(db, key)
    const answers = answersOf(db)
    let answer = answers.get(key)
    if (answer === undefined) {
      answer = read(db, key)
      answers.set(key, answer)
    }
    return answer
  }
}
