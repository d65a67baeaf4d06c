import { expect, it } from 'vitest'
import { restoredRows } from '../../../../../server/auth-service/data-file/restored-rows.js'
import { TABLES, type TableName, type TableRows } from '../../../../../server/auth-service/store/all-rows.js'

const NOW = 1_000_000
const END = { keepSessions: false, now: NOW }
const KEEP = { keepSessions: true, now: NOW }

const GRANTS: TableRows = {
  table: 'grants',
  columns: ['id', 'revoked_at', 'revoked_reason', 'restored_at'],
  rows: [
    ['alive', null, null, null],
    ['ended', 5, 'the person logged out', null],
    ['restored before', null, null, 7],
  ],
}

it('ends the grants that are alive, and leaves the ends of the others (60) (V2)', () => {
  const reason = 'the database was restored from a backup'
  expect(restoredRows(GRANTS, END).rows).toEqual([
    ['alive', NOW, reason, null],
    ['ended', 5, 'the person logged out', null],
    ['restored before', NOW, reason, 7],
  ])
})

it('lets grants go on where that is asked for, with a note; none that ended (60)', () => {
  expect(restoredRows(GRANTS, KEEP).rows).toEqual([
    ['alive', null, null, NOW],
    ['ended', 5, 'the person logged out', null],
    ['restored before', null, null, NOW],
  ])
})

it.each([
  ['authorization_codes', 'redeemed_at'],
  ['device_authorizations', 'redeemed_at'],
  ['password_links', 'used_at'],
] as const)('brings back of %s only those that were used, in either case (28) (V3)', (table, column) => {
  const rows = [
    ['a', null],
    ['b', 5],
  ]
  for (const options of [END, KEEP]) {
    expect(restoredRows({ table, columns: ['hash', column], rows }, options).rows).toEqual([['b', 5]])
  }
})

it.each(['browser_sessions', 'provider_sign_ins'] as const)(
  'brings back nothing of %s, in either case',
  (table) => {
    for (const options of [END, KEEP]) {
      expect(restoredRows({ table, columns: ['hash'], rows: [['a']] }, options).rows).toEqual([])
    }
  },
)

it('changes nothing else', () => {
  const others: TableName[] = TABLES.filter(
    (table) =>
      ![
        'grants',
        'authorization_codes',
        'device_authorizations',
        'password_links',
        'browser_sessions',
        'provider_sign_ins',
      ].includes(table),
  )
  expect(others).toHaveLength(11)
  for (const table of others) {
    const batch: TableRows = { table, columns: ['id', 'revoked_at'], rows: [['a', null]] }
    expect(restoredRows(batch, END)).toEqual(batch)
  }
})
