import { describe, expect, it } from 'vitest'
import { parseTable, unknownRows, writeTable } from '../../conformance/table.js'

const markdown = `# Title
| # | requirement | source | tests |
|---|---|---|---|
| 1 | a rule | RFC 1 | [old](../old.test.ts) |
| V2 | another | RFC 2 | not built: later |
| 3 | a third | RFC 3 |  |
`
const title = (text: string) => ({ file: 'test/unit/one.test.ts', title: text })

describe('the table of requirements', () => {
  it('has a row for each numbered line', () => {
    expect(parseTable(markdown).map(({ number, tests }) => [number, tests])).toEqual([
      ['1', '[old](../old.test.ts)'],
      ['V2', 'not built: later'],
      ['3', ''],
    ])
  })

  it('is written from the titles, keeps what is not built, and empties what lost its test', () => {
    const written = parseTable(writeTable(markdown, [title('refuses (3)'), title('refuses twice (V99, 3)')]))
    expect(written.map(({ tests }) => tests)).toEqual([
      '',
      'not built: later',
      '[unit/one](../unit/one.test.ts)',
    ])
  })

  it('stays as it is when it is written again', () => {
    const titles = [title(['refuses (1)', ' (3)'].join('')), title('builds (V2)')]
    const once = writeTable(markdown, titles)
    expect(writeTable(once, titles)).toBe(once)
  })

  it('knows no row but its own', () => {
    expect(
      unknownRows(parseTable(markdown), [title('a (1)'), title('b (4)'), title('answers 404 (now)')]),
    ).toEqual(['test/unit/one.test.ts: b (4): there is no row 4'])
  })
})
