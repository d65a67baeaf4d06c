import type { TableRows, Value } from '../store/all-rows.js'

/** Why a grant ended that a backup knew. */
const RESTORED = 'the database was restored from a backup'

/** What works once: by which column it is known that it was used, and so is only remembered. */
const USED_ONCE: Readonly<Record<string, string>> = {
  authorization_codes: 'redeemed_at',
  device_authorizations: 'redeemed_at',
  password_links: 'used_at',
}

/** What lets a browser in without saying who it is. */
const OF_BROWSERS: readonly string[] = ['browser_sessions', 'provider_sign_ins']

/**
 * What becomes of rows of a backup on their way back. Since it was made, tokens were spent, codes were used and logins
 * ended, and the database that knew so is gone. So every grant ends; or, where an operator has decided to keep logins,
 * goes on with a note that its tokens may be newer than its row. Neither what works once nor what is in a browser comes
 * back in either case.
 *
 * @param now epoch milliseconds.
 */
export function restoredRows(
  batch: TableRows,
  { keepSessions, now }: { keepSessions: boolean; now: number },
): TableRows {
  const { table, columns, rows } = batch
  if (OF_BROWSERS.includes(table)) return { ...batch, rows: [] }
  const used = USED_ONCE[table]
  if (used !== undefined) return { ...batch, rows: rows.filter((row) => valueIn(batch, row, used) !== null) }
  if (table !== 'grants') return batch
  const change: Record<string, Value> = keepSessions
    ? { restored_at: now }
    : { revoked_at: now, revoked_reason: RESTORED }
  return {
    ...batch,
    rows: rows.map((row) =>
      isAlive(batch, row) ? row.map((value, at) => change[columns[at] ?? ''] ?? value) : row,
    ),
  }
}

function isAlive(batch: TableRows, row: readonly Value[]): boolean {
  return valueIn(batch, row, 'revoked_at') === null
}

function valueIn({ columns }: TableRows, row: readonly Value[], column: string): Value | undefined {
  return row[columns.indexOf(column)]
}
