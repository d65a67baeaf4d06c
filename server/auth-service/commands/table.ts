import type { Output } from '../edges.js'

/** Prints rows below their column names, for a person; with `json` as one JSON array, for a program. */
export function printTable(
  stdout: Output,
  rows: readonly Readonly<Record<string, string | null>>[],
  { columns, json }: { columns: readonly string[]; json: boolean },
): void {
  if (json) {
    stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    return
  }
  const lines = [columns.map(heading), ...rows.map((row) => columns.map((column) => cell(row[column])))]
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  for (const line of lines) {
    stdout.write(
      `${line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
  }
}

// A name in the database must not move the cursor of whoever lists it.
function cell(value: string | null | undefined): string {
  return value ? value.replace(/\p{C}/gu, '?') : '-'
}

// clientId → CLIENT ID
function heading(column: string): string {
  return column.replace(/[A-Z]/g, ' $&').toUpperCase()
}
