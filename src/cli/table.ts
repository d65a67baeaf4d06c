import { fitText, padText, textWidth } from './text-width.js'
import { visibleText } from './visible-text.js'

/** A column of a table. Its values may hold anything: they are made visible. */
export interface Column<Row> {
  title: string
  value: (row: Row) => string
  /** The most important column has 1. Where not all fit, those with the highest numbers are left out. */
  rank: number
  /** May be cut down to this width, with an ellipsis. Absent: it is whole or not there. */
  minimumWidth?: number
  /** Marks up a whole cell, its padding included. */
  mark?: (cell: string) => string
}

const GAP = 2

/** No line of a terminal shows more; and the time that it takes to find the width of a text grows with its square. */
const MAX_CELL_CHARACTERS = 500

/**
 * Settles how wide each column is: as wide as its widest value, and if that is too much for `width` columns
 * of terminal, less for those that may be cut, and in the end without those that matter least. Rows that
 * come later are fitted into the same layout.
 */
export function layOutTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number) {
  const natural = new Map(columns.map((column) => [column, naturalWidth(column, rows)]))
  const naturalOf = (column: Column<Row>) => natural.get(column) ?? 0
  const leastOf = (column: Column<Row>) =>
    Math.min(naturalOf(column), column.minimumWidth ?? Number.MAX_VALUE)

  let shown = [...columns]
  const gaps = () => GAP * (shown.length - 1)
  while (shown.length > 1 && sum(shown.map(leastOf)) + gaps() > width) {
    const leastImportant = Math.max(...shown.map((column) => column.rank))
    shown = shown.filter((column) => column.rank < leastImportant)
  }
  let room = Math.max(0, width - gaps() - sum(shown.map(leastOf)))
  const widths = shown.map((column) => {
    const extra = Math.min(room, naturalOf(column) - leastOf(column))
    room -= extra
    return Math.min(leastOf(column) + extra, width)
  })

  const line = (
    textOf: (column: Column<Row>) => string,
    mark: (column: Column<Row>, cell: string) => string,
  ) => {
    const lastIndex = shown.findLastIndex((column) => textOf(column) !== '')
    const cells = shown.slice(0, lastIndex + 1).map((column, index) => {
      const cell = fitText(textOf(column), widths[index] ?? 0)
      return mark(column, index === lastIndex ? cell : padText(cell, widths[index] ?? 0))
    })
    return cells.join(' '.repeat(GAP))
  }
  return {
    header: line(
      (column) => column.title,
      (_column, cell) => cell,
    ),
    line: (row: Row) =>
      line(
        (column) => cellText(column, row),
        (column, cell) => column.mark?.(cell) ?? cell,
      ),
  }
}

function cellText<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row)
  const shown = value.length > MAX_CELL_CHARACTERS ? `${value.slice(0, MAX_CELL_CHARACTERS)}…` : value
  return visibleText(shown)
}

function naturalWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  const widths = rows.map((row) => textWidth(cellText(column, row)))
  return Math.max(textWidth(column.title), ...widths)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
