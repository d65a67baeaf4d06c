import { describe, expect, it } from 'vitest'
import { requireClient } from '../../../../../server/auth-service/checks/client.js'
import { PageError } from '../../../../../server/auth-service/checks/page-error.js'
import { OAuthError } from '../../../../../server/auth-service/oauth-error.js'
import { nativeClient } from '../../../../support/auth-service/client-rows.js'

describe('the client of an authorization request', () => {
  it('is the registered one', () => {
    const client = nativeClient()
    expect(requireClient('authcli', client)).toBe(client)
  })

  it.each([
    ['missing', undefined],
    ['unknown', 'nobody'],
  ])('is refused with a page when its id is %s (5)', (_case, id) => {
    expect(() => requireClient(id, undefined)).toThrow(PageError)
  })

  it('is refused with an error that is no error for clients, so that it cannot be sent to one (5)', () => {
    expect(new PageError('unknown-client')).not.toBeInstanceOf(OAuthError)
  })
})
