import { describe, expect, it } from 'vitest'
import { accountFromClaims } from '../../../../src/login/account.js'

describe('accountFromClaims', () => {
  it('takes the subject and what there is to call them by', () => {
    const claims = { sub: 's', preferred_username: 'demo', name: 'Demo', email: 'd@example.com', other: 'x' }
    expect(accountFromClaims(claims)).toEqual({
      subject: 's',
      username: 'demo',
      name: 'Demo',
      email: 'd@example.com',
    })
  })

  it('leaves out a claim that is no text, empty, too long or has control characters', () => {
    const claims = { sub: 's', preferred_username: 7, name: '\u001b[2J', email: 'x'.repeat(256) }
    expect(accountFromClaims(claims)).toEqual({ subject: 's' })
  })

  it.each([undefined, null, '', 7, 'a\u0000b', 'x'.repeat(256)])('refuses the subject %j', (sub) => {
    expect(() => accountFromClaims({ sub })).toThrow(expect.objectContaining({ code: 'LOGIN_FAILED' }))
  })
})
