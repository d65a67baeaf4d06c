import type { TestTitle } from './test-titles.js'

/** One line of the table, cell by cell. */
export interface Row {
  number: string
  requirement: string
  source: string
  tests: string
}

const ROW_NUMBER = /^V?\d+$/
/** `(63, V17)` and `(63) (V17)` at the end of a title. */
const NUMBERS = /(?: ?\(V?\d{1,3}(?:, ?V?\d{1,3})*\))+$/
const NOT_BUILT = 'not built'

/** Reads the rows of the table in the README. */
export function parseTable(markdown: string): Row[] {
  return markdown.split('\n').flatMap((line) => {
    const [, number, requirement, source, tests] = line.split('|').map((cell) => cell.trim())
    if (number === undefined || !ROW_NUMBER.test(number)) return []
    if (requirement === undefined || source === undefined || tests === undefined) return []
    return [{ number, requirement, source, tests }]
  })
}

/** Writes the last cell of every row anew from the titles. What is not built stays so. */
export function writeTable(markdown: string, titles: readonly TestTitle[]): string {
  const files = filesByRow(titles)
  return markdown
    .split('\n')
    .map((line) => {
      const [row] = parseTable(line)
      if (!row) return line
      const tests = cellFor(row, files.get(row.number) ?? [])
      return `| ${row.number} | ${row.requirement} | ${row.source} | ${tests} |`
    })
    .join('\n')
}

function cellFor({ tests }: Row, files: readonly string[]): string {
  if (files.length === 0) return tests.startsWith(NOT_BUILT) ? tests : ''
  return files
    .map((file) => `[${file.replace(/^test\/|\.test\.ts$/g, '')}](${file.replace(/^test/, '..')})`)
    .join(', ')
}

/** Numbers in titles that are no row of the table, with where they stand. */
export function unknownRows(rows: readonly Row[], titles: readonly TestTitle[]): string[] {
  const known = new Set(rows.map(({ number }) => number))
  return titles.flatMap(({ file, title }) =>
    rowsOf(title)
      .filter((number) => !known.has(number))
      .map((number) => `${file}: ${title}: there is no row ${number}`),
  )
}

function filesByRow(titles: readonly TestTitle[]): Map<string, string[]> {
  const files = new Map<string, Set<string>>()
  for (const { file, title } of titles) {
    for (const number of rowsOf(title)) files.set(number, (files.get(number) ?? new Set()).add(file))
  }
  return new Map([...files].map(([number, set]) => [number, [...set].sort()]))
}

function rowsOf(title: string): string[] {
  return NUMBERS.exec(title)?.[0].match(/V?\d+/g) ?? []
}
