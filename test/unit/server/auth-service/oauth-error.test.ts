import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../../../server/auth-service/oauth-error.js'

describe('an OAuth error', () => {
  it('keeps its description inside the characters that are allowed (16)', () => {
    const everything = String.fromCharCode(...Array(0x180).keys())
    const { description } = new OAuthError('invalid_request', everything)
    expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(description).toHaveLength(everything.length)
  })

  it('is 401 for a client that could not be authenticated and 400 otherwise (37)', () => {
    expect(new OAuthError('invalid_client', 'a').statusCode).toBe(401)
    expect(new OAuthError('invalid_grant', 'a').statusCode).toBe(400)
  })

  it('keeps the exact reason apart from what it tells', () => {
    const error = new OAuthError('invalid_grant', 'the code is invalid', { reason: 'it is the code of b' })
    expect(error.description).not.toContain('of b')
    expect(error.reason).toBe('it is the code of b')
  })
})
