import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  createGrantId,
  createRefreshToken,
  readRefreshToken,
} from '../../../../../server/auth-service/tokens/refresh-token.js'

const key = randomBytes(32)
const keys = { refreshTokenKey: key, refreshTokenKeys: [key], lookForNew: async () => undefined }
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

test('gives back grant and generation of a refresh token of its own', async () => {
  const grantId = createGrantId(Date.now())
  for (const generation of [1, 2, 0xffffffff]) {
    const token = createRefreshToken(keys, { grantId, generation })
    expect(await readRefreshToken(keys, token)).toEqual({
      grantId,
      generation,
      nonce: expect.stringMatching(/^[\w-]{22}$/),
    })
  }
})

test('makes two different refresh tokens of one generation', async () => {
  const of = { grantId: createGrantId(Date.now()), generation: 1 }
  expect(createRefreshToken(keys, of)).not.toBe(createRefreshToken(keys, of))
})

test('is opaque text of one line that needs no escaping', async () => {
  expect(createRefreshToken(keys, { grantId: createGrantId(Date.now()), generation: 1 })).toMatch(
    /^[\w-]{92}$/,
  )
})

test('refuses every change of a single character (63, V17)', async () => {
  const token = createRefreshToken(keys, { grantId: createGrantId(Date.now()), generation: 1 })
  for (let at = 0; at < token.length; at++) {
    for (const character of `${ALPHABET}+/= .`) {
      if (character === token[at]) continue
      const changed = token.slice(0, at) + character + token.slice(at + 1)
      expect(await readRefreshToken(keys, changed), `${character} at ${at}`).toBeUndefined()
    }
  }
})

test('refuses every truncation, addition and other spelling (63, V17)', async () => {
  const token = createRefreshToken(keys, { grantId: createGrantId(Date.now()), generation: 1 })
  for (let length = 0; length < token.length; length++) {
    expect(await readRefreshToken(keys, token.slice(0, length))).toBeUndefined()
    expect(await readRefreshToken(keys, token.slice(token.length - length))).toBeUndefined()
  }
  for (const changed of [`${token}A`, `A${token}`, `${token}=`, ` ${token}`, `${token}\n`, `${token}\0`]) {
    expect(await readRefreshToken(keys, changed)).toBeUndefined()
  }
})

test('refuses a refresh token of another AuthService', async () => {
  const token = createRefreshToken(
    { refreshTokenKey: randomBytes(32) },
    { grantId: createGrantId(Date.now()), generation: 1 },
  )
  expect(await readRefreshToken(keys, token)).toBeUndefined()
})

test('makes grant ids of their instant and 80 random bits', async () => {
  const now = 1_700_000_000_123
  const [one, other] = [createGrantId(now), createGrantId(now)]
  expect(Buffer.from(one, 'base64url')).toHaveLength(16)
  expect(Buffer.from(one, 'base64url').readUIntBE(0, 6)).toBe(now)
  expect(one).not.toBe(other)
})
