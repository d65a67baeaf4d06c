import { expect, it } from 'vitest'
import {
  createProviderState,
  hashProviderState,
  secretsOfState,
} from '../../../../../server/auth-service/tokens/provider-state.js'

const SECRET = Buffer.alloc(32, 1)

it('makes a state of 256 random bits, and never the same (84)', () => {
  const states = Array.from({ length: 100 }, createProviderState)
  for (const state of states) expect(Buffer.from(state, 'base64url')).toHaveLength(32)
  expect(new Set(states).size).toBe(100)
})

it('derives a nonce and a verifier that only we can, and that tell nothing of each other (84)', () => {
  const [state, other] = [createProviderState(), createProviderState()]
  const { nonce, codeVerifier } = secretsOfState(SECRET, state)
  expect(secretsOfState(SECRET, state)).toEqual({ nonce, codeVerifier })
  const all = [
    state,
    hashProviderState(state),
    nonce,
    codeVerifier,
    ...Object.values(secretsOfState(SECRET, other)),
  ]
  expect(new Set([...all, ...Object.values(secretsOfState(Buffer.alloc(32, 2), state))]).size).toBe(8)
})

it('makes a verifier that RFC 7636 §4.1 allows', () => {
  expect(secretsOfState(SECRET, createProviderState()).codeVerifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/)
})
