import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseTable, unknownRows, writeTable } from './table.js'
import { readTestTitles } from './test-titles.js'

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
const rows = parseTable(readme)
const titles = readTestTitles()

it('has every row of the table once', () => {
  const count = (from: number, prefix = '') =>
    Array.from({ length: from }, (_, index) => `${prefix}${index + 1}`)
  expect(rows.map(({ number }) => number)).toEqual([...count(100), ...count(20, 'V')])
})

it('finds no title that names a row which is not there', () => {
  expect(unknownRows(rows, titles)).toEqual([])
})

it('finds a test for every requirement that was built', () => {
  expect(rows.filter(({ tests }) => tests === '').map(({ number }) => number)).toEqual([])
})

it('tells for every requirement which tests hold it: `npm run conformance` writes the table', () => {
  expect(parseTable(writeTable(readme, titles))).toEqual(rows)
})
