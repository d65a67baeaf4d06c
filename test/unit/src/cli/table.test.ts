import { describe, expect, it } from 'vitest'
import { type Column, layOutTable } from '../../../../src/cli/table.js'
import { textWidth } from '../../../../src/cli/text-width.js'

interface Row {
  id: string
  age: string
  title: string
}

const COLUMNS: Column<Row>[] = [
  { title: 'ID', value: (row) => row.id, rank: 3 },
  { title: 'AGE', value: (row) => row.age, rank: 2 },
  { title: 'TITLE', value: (row) => row.title, rank: 1, minimumWidth: 12 },
]

const ROWS: Row[] = [
  { id: '01JAAAAAAAAAAAAAAAAAAAAAAA', age: '5m', title: 'Buy bread' },
  {
    id: '01JAAAAAAAAAAAAAAAAAAAAAAB',
    age: '12d',
    title: 'A much longer title that fits into nothing narrow',
  },
]

function draw(width: number, rows = ROWS): string[] {
  const { header, line } = layOutTable(COLUMNS, rows, width)
  return [header, ...rows.map(line)]
}

describe('layOutTable', () => {
  it('makes columns as wide as their widest value', () => {
    expect(draw(100)).toEqual([
      'ID                          AGE  TITLE',
      '01JAAAAAAAAAAAAAAAAAAAAAAA  5m   Buy bread',
      '01JAAAAAAAAAAAAAAAAAAAAAAB  12d  A much longer title that fits into nothing narrow',
    ])
  })

  it.each([
    ['of a million wide characters', '日'.repeat(1_000_000)],
    ['of one character under a million accents', `a${'\u0301'.repeat(1_000_000)}`],
  ])('does not choke on a title %s', (_what, title) => {
    const [, row = ''] = draw(80, [{ id: '1', age: '5m', title }])
    expect(row).toMatch(/…$/)
    expect(row.length).toBeLessThan(600)
  })

  it('cuts what may be cut', () => {
    expect(draw(60)[2]).toBe('01JAAAAAAAAAAAAAAAAAAAAAAB  12d  A much longer title that f…')
  })

  it('leaves out the least important column where not all fit', () => {
    expect(draw(40)).toEqual(['AGE  TITLE', '5m   Buy bread', '12d  A much longer title that fits into…'])
  })

  it.each([1, 2, 5, 10, 17, 40, 45, 46, 80, 200])('stays within %d columns', (width) => {
    for (const line of draw(width)) expect(textWidth(line)).toBeLessThanOrEqual(width)
  })

  it('stays within the width with wide characters', () => {
    const rows = [{ id: '1', age: 'now', title: '日本語の長い題名です、とても長い' }]
    expect(draw(30, rows).every((line) => textWidth(line) <= 30)).toBe(true)
  })

  it('fits rows that come later into the same layout', () => {
    const { line } = layOutTable(COLUMNS, ROWS, 60)
    expect(line({ id: 'x', age: '3y', title: 'A title that is longer than there is room' })).toBe(
      'x                           3y   A title that is longer tha…',
    )
  })

  it('marks up whole cells of a row, and none of the header', () => {
    const columns = COLUMNS.map((column) => ({ ...column, mark: (cell: string) => `<${cell}>` }))
    const { header, line } = layOutTable(columns, [{ id: '1', age: '5m', title: 'a' }], 80)
    expect(header).toBe('ID  AGE  TITLE')
    expect(line({ id: '1', age: '5m', title: 'a' })).toBe('<1 >  <5m >  <a>')
  })

  it('leaves no spaces at the end of a line', () => {
    const { line } = layOutTable(COLUMNS, ROWS, 80)
    expect(line({ id: 'x', age: '', title: '' })).toBe('x')
  })

  it('lets no value leave its line', () => {
    const rows = [{ id: '1\n2', age: '\u001b[2J', title: 'a\r\u001b]0;x\u0007b' }]
    expect(draw(80, rows)[1]).toBe('1 2  \\u{1b}[2J  a \\u{1b}]0;x\\u{7}b')
  })

  it('draws a header for no rows', () => {
    expect(draw(80, [])).toEqual(['ID  AGE  TITLE'])
  })
})
