import { expect, test } from 'vitest'
import { printTable } from '../../../../../server/auth-service/commands/table.js'

function print(rows: Record<string, string | null>[], json = false): string {
  let text = ''
  printTable({ write: (more) => (text += more) }, rows, { columns: ['name', 'clientId'], json })
  return text
}

test('prints columns side by side, and a dash for nothing', () => {
  expect(
    print([
      { name: 'Ada', clientId: 'a' },
      { name: 'Barbara', clientId: null },
    ]),
  ).toBe('NAME     CLIENT ID\nAda      a\nBarbara  -\n')
})

test('prints the heading when there is nothing', () => {
  expect(print([])).toBe('NAME  CLIENT ID\n')
})

test('prints JSON for a program', () => {
  expect(JSON.parse(print([{ name: 'Ada', clientId: null }], true))).toEqual([
    { name: 'Ada', clientId: null },
  ])
})

test('lets no name move the cursor or turn the text', () => {
  expect(print([{ name: 'a\u001b[2Jb\u202ec\nd', clientId: 'x' }])).toContain('a?[2Jb?c?d  x\n')
})
