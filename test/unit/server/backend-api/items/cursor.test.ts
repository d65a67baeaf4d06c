import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { openCursor, sealCursor } from '../../../../../server/backend-api/items/cursor.js'
import { newItemId } from '../../../../../server/backend-api/items/item-id.js'

const KEY = randomBytes(32)
const ACCOUNT = { issuer: 'https://as.example', subject: 'account-1' }
const ID = newItemId(1_800_000_000_000)
const CURSOR = sealCursor(KEY, ACCOUNT, ID)

it('opens what it sealed', () => {
  expect(openCursor(KEY, ACCOUNT, CURSOR)).toBe(ID)
})

it('seals the same place the same way, after a restart too', () => {
  expect(sealCursor(KEY, ACCOUNT, ID)).toBe(CURSOR)
})

it('refuses a cursor with any one character changed, and any part of one (V17)', () => {
  for (let index = 0; index < CURSOR.length; index += 1) {
    const changed = CURSOR[index] === 'A' ? 'B' : 'A'
    expect(
      openCursor(KEY, ACCOUNT, CURSOR.slice(0, index) + changed + CURSOR.slice(index + 1)),
    ).toBeUndefined()
    expect(openCursor(KEY, ACCOUNT, CURSOR.slice(0, index))).toBeUndefined()
  }
})

it.each(['', 'x', `${CURSOR}A`, `${CURSOR}=`, ID, Buffer.from(ID).toString('base64url')])(
  'refuses "%s"',
  (text) => {
    expect(openCursor(KEY, ACCOUNT, text)).toBeUndefined()
  },
)

it('refuses the cursor of another account, of another issuer, and of another database', () => {
  expect(openCursor(KEY, { ...ACCOUNT, subject: 'account-2' }, CURSOR)).toBeUndefined()
  expect(openCursor(KEY, { ...ACCOUNT, issuer: 'https://other.example' }, CURSOR)).toBeUndefined()
  expect(openCursor(randomBytes(32), ACCOUNT, CURSOR)).toBeUndefined()
})
