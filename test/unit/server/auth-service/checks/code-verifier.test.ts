import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { refuseWrongCodeVerifier } from '../../../../../server/auth-service/checks/code-verifier.js'

// The example of RFC 7636, appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const invalidGrant = expect.objectContaining({ code: 'invalid_grant' })

describe('a code verifier', () => {
  it('is let through when it is the one of the challenge', () => {
    expect(() => refuseWrongCodeVerifier(CHALLENGE, VERIFIER)).not.toThrow()
  })

  it('is let through when both are absent', () => {
    expect(() => refuseWrongCodeVerifier(null, undefined)).not.toThrow()
  })

  it.each([
    ['absent', undefined],
    ['of another request', 'a'.repeat(43)],
    ['the challenge itself, as for the method plain', CHALLENGE],
    ['too short', VERIFIER.slice(1)],
    ['too long', 'a'.repeat(129)],
    ['followed by a line break', `${VERIFIER}\n`],
    ['made of other characters', `${VERIFIER.slice(1)}!`],
  ])('is refused when it is %s (23) (V4)', (_what, verifier) => {
    expect(() => refuseWrongCodeVerifier(CHALLENGE, verifier)).toThrow(invalidGrant)
  })

  it.each([
    ['shorter than 43 characters', 'a'.repeat(42)],
    ['longer than 128 characters', 'a'.repeat(129)],
    ['made of other characters', '!'.repeat(43)],
  ])('is refused when it is %s, though the challenge was made of it (23) (V4)', (_what, verifier) => {
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    expect(() => refuseWrongCodeVerifier(challenge, verifier)).toThrow(invalidGrant)
  })

  it('is refused when there was no challenge (23) (V5)', () => {
    expect(() => refuseWrongCodeVerifier(null, VERIFIER)).toThrow(invalidGrant)
  })
})
