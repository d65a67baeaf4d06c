import type { Output } from '../../edges.js'
import type { RowCounts } from '../../store/all-rows.js'
import { printTable } from '../table.js'

/** Prints how many rows each table has. */
export function printRowCounts(stdout: Output, counts: RowCounts, { json }: { json: boolean }): void {
  const rows = Object.entries(counts).map(([table, rows]) => ({ table, rows: String(rows) }))
  if (json) stdout.write(`${JSON.stringify(counts, null, 2)}\n`)
  else printTable(stdout, rows, { columns: ['table', 'rows'], json })
}
