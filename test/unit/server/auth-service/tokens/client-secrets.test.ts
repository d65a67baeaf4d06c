import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  createClientSecret,
  hashClientSecret,
  isClientSecret,
} from '../../../../../server/auth-service/tokens/client-secrets.js'

const secret = randomBytes(32)

test('makes client secrets of 256 random bits (36)', () => {
  expect(Buffer.from(createClientSecret(), 'base64url')).toHaveLength(32)
  expect(createClientSecret()).not.toBe(createClientSecret())
})

test('knows a client secret by its hash, which does not hold it (36)', () => {
  const clientSecret = createClientSecret()
  const hash = hashClientSecret(secret, clientSecret)
  expect(hash).not.toContain(clientSecret)
  expect(isClientSecret(secret, hash, clientSecret)).toBe(true)
  for (const wrong of ['', createClientSecret(), `${clientSecret} `, clientSecret.slice(1), hash]) {
    expect(isClientSecret(secret, hash, wrong)).toBe(false)
  }
})

test('can not be checked with the database alone (36)', () => {
  const clientSecret = createClientSecret()
  expect(isClientSecret(randomBytes(32), hashClientSecret(secret, clientSecret), clientSecret)).toBe(false)
})
