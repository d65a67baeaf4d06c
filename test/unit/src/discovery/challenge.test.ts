import { describe, expect, it } from 'vitest'
import { parseBearerChallenge } from '../../../../src/discovery/challenge.js'

describe('parseBearerChallenge', () => {
  it('reads what RFC 6750 and RFC 9728 put into a challenge', () => {
    const header =
      'Bearer error="insufficient_scope", error_description="needs more", scope="items:read items:write", ' +
      'resource_metadata="https://api.example/.well-known/oauth-protected-resource"'
    expect(parseBearerChallenge(header)).toEqual({
      error: 'insufficient_scope',
      errorDescription: 'needs more',
      scope: 'items:read items:write',
      resourceMetadata: 'https://api.example/.well-known/oauth-protected-resource',
    })
  })

  it('takes the first Bearer challenge among others', () => {
    expect(parseBearerChallenge('DPoP algs="ES256", Bearer error="a", Bearer error="b"')).toEqual({
      error: 'a',
    })
  })

  it('is empty for a bare challenge', () => {
    expect(parseBearerChallenge('Bearer')).toEqual({})
  })

  it.each([undefined, '', 'Basic realm="x"', 'Bearer error="unfinished'])('finds none in %j', (header) => {
    expect(parseBearerChallenge(header)).toBeUndefined()
  })

  it('leaves out a parameter that breaks its own grammar', () => {
    const header = 'Bearer error="\u00e4", scope="a\\"b", error_description="x\ty", resource_metadata="a b"'
    expect(parseBearerChallenge(header)).toEqual({})
  })
})
