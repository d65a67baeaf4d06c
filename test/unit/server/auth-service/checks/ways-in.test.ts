import { describe, expect, it } from 'vitest'
import { hasWayIn } from '../../../../../server/auth-service/checks/ways-in.js'

const ACME = { issuer: 'https://acme.example' }
const GONE = { issuer: 'https://gone.example' }

const offered = { providers: [ACME], takesPasswords: true }
const nothing = { hasPassword: false, identities: [], offered }

describe('an account has a way in', () => {
  it.each([
    ['by its password', { hasPassword: true }, true],
    [
      'not by a password that is not taken',
      { hasPassword: true, offered: { ...offered, takesPasswords: false } },
      false,
    ],
    ['by an identity at a provider that is offered', { identities: [ACME] }, true],
    ['not by one at a provider that is not', { identities: [GONE] }, false],
    ['not by nothing', {}, false],
  ])('%s', (_way, own, expected) => {
    expect(hasWayIn({ ...nothing, ...own })).toBe(expected)
  })
})
