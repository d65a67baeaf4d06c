import type { TableRows, Value } from '../store/all-rows.js'
import type { KeyRow } from '../store/keys.js'
import { decryptKey } from '../tokens/key-encryption.js'

/**
 * Puts new keys in the place of those of a backup: they may have been replaced since because they had leaked, and the
 * database that knew so is gone. As every login ends, nobody misses them.
 *
 * @param made under the secret with which the others can be read: a server would start with any secret on keys that were
 *   made under it, and no client's secret would ever match.
 * @throws OperatorError when that is not the secret of the backup.
 */
export function keysInPlaceOf(backup: TableRows, made: readonly KeyRow[], secret: Uint8Array): TableRows {
  const { columns } = backup
  const valueIn = (row: readonly Value[], column: keyof KeyRow) => String(row[columns.indexOf(column)])
  for (const row of backup.rows) decryptKey(secret, valueIn(row, 'id'), valueIn(row, 'encrypted_private'))
  const [first] = made
  const named = Object.keys(first ?? {}) as (keyof KeyRow)[]
  return { ...backup, columns: named, rows: made.map((key) => named.map((column) => key[column])) }
}
