import { describe, expect, it } from 'vitest'
import { decideFirstSignIn } from '../../../../../server/auth-service/checks/account-linking.js'

const verified = (id: string) => ({ id, email_verified_at: 1 })
const unverified = (id: string) => ({ id, email_verified_at: null })

describe('the first sign-in of an identity', () => {
  it.each([true, false])('links to the one account with the verified address (87, V15)', (mayHaveAccount) => {
    const accountsWithAddress = [unverified('a'), verified('b'), unverified('c')]
    expect(decideFirstSignIn({ accountsWithAddress, mayHaveAccount })).toEqual({ linkTo: 'b' })
  })

  it.each([true, false])('links to none that nobody has verified (87, V15)', (mayHaveAccount) => {
    const accountsWithAddress = [unverified('a')]
    expect(decideFirstSignIn({ accountsWithAddress, mayHaveAccount })).toBe('sign-in-first')
  })

  it.each([true, false])('links to neither of two (87)', (mayHaveAccount) => {
    const accountsWithAddress = [verified('a'), verified('b')]
    expect(decideFirstSignIn({ accountsWithAddress, mayHaveAccount })).toBe('sign-in-first')
  })

  it('makes an account only for whom the rule allows it', () => {
    expect(decideFirstSignIn({ accountsWithAddress: [], mayHaveAccount: true })).toBe('new-account')
    expect(decideFirstSignIn({ accountsWithAddress: [], mayHaveAccount: false })).toBe('sign-in-first')
  })
})
