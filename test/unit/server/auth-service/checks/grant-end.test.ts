import { describe, expect, it } from 'vitest'
import { whyGrantEnded, whyRefreshEnded } from '../../../../../server/auth-service/checks/grant-end.js'
import type { Account } from '../../../../../server/auth-service/store/accounts.js'
import type { Grant } from '../../../../../server/auth-service/store/grants.js'

const AT = 1_000_000_000
const SETTINGS = { grantIdleSeconds: 100, grantAbsoluteSeconds: 1000 }

const grant: Grant = {
  id: 'g',
  accountId: 'a',
  clientId: 'c',
  resource: null,
  scope: 'openid',
  authTime: AT,
  generation: 0,
  nonce: null,
  retriesEndedAt: null,
  advancedAt: [],
  createdAt: AT,
  lastUsedAt: AT,
  revokedAt: null,
  revokedReason: null,
  deviceName: null,
  source: null,
  restoredAt: null,
}
const account: Account = {
  id: 'a',
  username: 'ada',
  name: 'Ada',
  email: null,
  email_verified_at: null,
  password_hash: '',
  password_changed_at: AT,
  disabled_at: null,
  created_at: AT,
}

describe('a grant', () => {
  it('goes on while nothing has ended it', () => {
    expect(whyGrantEnded(grant, account)).toBeUndefined()
    expect(whyRefreshEnded(grant, account, SETTINGS, AT + 99_999)).toBeUndefined()
  })

  it.each([
    ['it is revoked', { ...grant, revokedAt: AT, revokedReason: 'stolen' }, account],
    ['its account is disabled', grant, { ...account, disabled_at: AT }],
    ['the password was changed after the sign-in', grant, { ...account, password_changed_at: AT + 1 }],
  ])('is over when %s (62)', (_why, endedGrant, endedAccount) => {
    expect(whyGrantEnded(endedGrant, endedAccount)).toBeTypeOf('string')
    expect(whyRefreshEnded(endedGrant, endedAccount, SETTINGS, AT)).toBeTypeOf('string')
  })

  it('gives no more tokens when it was not used for its idle lifetime (61)', () => {
    expect(whyRefreshEnded(grant, account, SETTINGS, AT + 100_000)).toMatch(/not used/)
    expect(whyGrantEnded(grant, account)).toBeUndefined()
  })

  it('gives no more tokens at the end of its absolute lifetime, however much it is used (61)', () => {
    const used = { ...grant, lastUsedAt: AT + 999_999 }
    expect(whyRefreshEnded(used, account, SETTINGS, AT + 999_999)).toBeUndefined()
    expect(whyRefreshEnded(used, account, SETTINGS, AT + 1_000_000)).toMatch(/too old/)
  })
})
