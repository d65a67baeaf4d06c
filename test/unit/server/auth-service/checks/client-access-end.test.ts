import { expect, test } from 'vitest'
import { whyClientAccessEnded } from '../../../../../server/auth-service/checks/client-access-end.js'

const REGISTERED_AT = Date.UTC(2026, 0, 1) + 500
const access = {
  clientId: 'nightly',
  resource: 'https://api.example',
  scope: 'items:read',
  createdAt: REGISTERED_AT,
}
const claims = {
  sub: 'nightly',
  client_id: 'nightly',
  aud: 'https://api.example',
  iat: Math.floor(REGISTERED_AT / 1000),
}

test('a token counts from the second of the registration on', () => {
  expect(whyClientAccessEnded(access, claims)).toBeUndefined()
  expect(whyClientAccessEnded(access, { ...claims, iat: claims.iat + 100 })).toBeUndefined()
})

test('a token of before is of another registration under the same id', () => {
  const reason = 'the client was registered after the token was issued'
  expect(whyClientAccessEnded(access, { ...claims, iat: claims.iat - 1 })).toBe(reason)
})

test('a token ends with the registration, and when that is for another resource', () => {
  expect(whyClientAccessEnded(undefined, claims)).toContain('nothing for itself')
  expect(whyClientAccessEnded({ ...access, resource: 'https://other.example' }, claims)).toContain('another')
})

test('a token of a client names nobody else (40)', () => {
  expect(whyClientAccessEnded(access, { ...claims, sub: 'ada' })).toContain('names somebody else')
})
