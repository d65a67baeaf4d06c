import { describe, expect, it } from 'vitest'
import { PageError } from '../../../../../server/auth-service/checks/page-error.js'
import { requirePostLogoutRedirectUri } from '../../../../../server/auth-service/checks/post-logout-redirect-uri.js'
import { nativeClient } from '../../../../support/auth-service/client-rows.js'

const client = nativeClient({
  postLogoutRedirectUris: ['https://app.example.org/bye?a=b', 'http://127.0.0.1:3000/bye'],
})

describe('a post-logout redirect URI', () => {
  it('is a registered one (88)', () => {
    expect(requirePostLogoutRedirectUri('https://app.example.org/bye?a=b', client)).toBe(
      'https://app.example.org/bye?a=b',
    )
  })

  it('may be absent', () => {
    expect(requirePostLogoutRedirectUri(undefined, undefined)).toBeUndefined()
  })

  it.each([
    'https://app.example.org/bye',
    'https://app.example.org/bye?a=b&c=d',
    'https://app.example.org/bye?a=b#c',
    'https://app.example.org/Bye?a=b',
    'https://app.example.org/bye/?a=b',
    'http://127.0.0.1:3001/bye',
    'https://evil.example/',
    '//evil.example',
    '',
  ])('is refused when it is %s (6, 88)', (uri) => {
    expect(() => requirePostLogoutRedirectUri(uri, client)).toThrow(PageError)
  })

  it("is refused when it is another client's, or nobody's (88)", () => {
    expect(() => requirePostLogoutRedirectUri('https://app.example.org/bye?a=b', nativeClient())).toThrow(
      PageError,
    )
    expect(() => requirePostLogoutRedirectUri('https://app.example.org/bye?a=b', undefined)).toThrow(
      PageError,
    )
  })
})
