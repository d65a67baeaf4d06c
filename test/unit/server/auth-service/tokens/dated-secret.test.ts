import { expect, test } from 'vitest'
import {
  createAuthorizationCode,
  hashAuthorizationCode,
} from '../../../../../server/auth-service/tokens/authorization-code.js'

const NOW = 1_700_000_000_123

test('a code is 43 characters: its instant and 208 random bits (31)', () => {
  const code = createAuthorizationCode(NOW)
  expect(code).toMatch(/^[\w-]{43}$/)
  expect(Buffer.from(code, 'base64url').readUIntBE(0, 6)).toBe(NOW)
})

test('codes of one instant share nothing but that', () => {
  const codes = Array.from({ length: 2_000 }, () => createAuthorizationCode(NOW))
  expect(new Set(codes.map((code) => code.slice(8))).size).toBe(codes.length)
})

test('what is stored of a code keeps its place among others and tells nothing of the rest', () => {
  const code = createAuthorizationCode(NOW)
  const stored = hashAuthorizationCode(code)
  expect(stored.slice(0, 8)).toBe(code.slice(0, 8))
  expect(stored).toHaveLength(8 + 43)
  expect(stored).not.toContain(code.slice(8, 16))
  expect(hashAuthorizationCode(code)).toBe(stored)
})

test.each(['', 'A', 'short', 'x'.repeat(10_000), 'ümlaut and 😀'])(
  'whatever is presented is looked up: %j',
  (code) => {
    expect(hashAuthorizationCode(code).length).toBeGreaterThanOrEqual(43)
  },
)
