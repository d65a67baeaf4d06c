import { expect, test } from 'vitest'
import { createDatedSecret, hashDatedSecret } from '../../../../../server/auth-service/tokens/dated-secret.js'

const NOW = 1_700_000_000_123

test('an authorization code or the id of a browser is 43 characters: its instant and 208 random bits (31)', () => {
  const secret = createDatedSecret(NOW)
  expect(secret).toMatch(/^[\w-]{43}$/)
  expect(Buffer.from(secret, 'base64url').readUIntBE(0, 6)).toBe(NOW)
})

test('secrets of one instant share nothing but that', () => {
  const secrets = Array.from({ length: 2_000 }, () => createDatedSecret(NOW))
  expect(new Set(secrets.map((secret) => secret.slice(8))).size).toBe(secrets.length)
})

test('what is stored of a secret keeps its place among others and tells nothing of the rest', () => {
  const secret = createDatedSecret(NOW)
  const stored = hashDatedSecret(secret)
  expect(stored.slice(0, 8)).toBe(secret.slice(0, 8))
  expect(stored).toHaveLength(8 + 43)
  expect(stored).not.toContain(secret.slice(8, 16))
  expect(hashDatedSecret(secret)).toBe(stored)
})

test.each(['', 'A', 'short', 'x'.repeat(10_000), 'ümlaut and 😀'])(
  'whatever is presented is looked up: %j',
  (secret) => {
    expect(hashDatedSecret(secret).length).toBeGreaterThanOrEqual(43)
  },
)
