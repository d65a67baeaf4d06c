import { expect, it } from 'vitest'
import { ITEM_ID_PATTERN, newItemId } from '../../../../../server/backend-api/items/item-id.js'

it('makes UUIDs of version 7, no two alike', () => {
  const ids = Array.from({ length: 1_000 }, () => newItemId(1_800_000_000_000))
  for (const id of ids) expect(id).toMatch(new RegExp(ITEM_ID_PATTERN))
  expect(new Set(ids).size).toBe(1_000)
})

it('makes ids that sort by the instant', () => {
  const ids = [0, 1, 255, 256, 1_800_000_000_000, 1_800_000_000_001, 2 ** 48 - 1].map(newItemId)
  expect([...ids].sort()).toEqual(ids)
})

it('begins with the milliseconds', () => {
  expect(newItemId(0x0123456789ab)).toMatch(/^01234567-89ab-7/)
})
