import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signInWithPassword } from '../../../../server/auth-service/password-sign-in.js'
import { TEST_PASSWORD, type TestContext, testContext } from '../../../support/auth-service/test-context.js'

let context: TestContext
beforeEach(async () => {
  context = await testContext()
})
afterEach(() => context.close())

const signIn = (username: string, password: string) =>
  signInWithPassword(context, { username, password, ip: '127.0.0.1' })

describe('a sign-in with a password', () => {
  it('gives the account when the password is its own, however the name is written', async () => {
    const { id } = await context.addAccount({ username: 'ada' })
    expect(await signIn('ADA', TEST_PASSWORD)).toMatchObject({ account: { id } })
  })

  it('is refused for a disabled account, and only with the right password is that the reason (62)', async () => {
    const { id } = await context.addAccount({ username: 'ada', disabled_at: context.clock.now })
    expect(await signIn('ada', TEST_PASSWORD)).toEqual({ refused: 'account-disabled', accountId: id })
    expect(await signIn('ada', 'wrong')).toEqual({ refused: 'wrong-password', accountId: id })
  })

  it('is refused with a wrong password, and for an account that is not there (81)', async () => {
    const { id } = await context.addAccount({ username: 'ada' })
    expect(await signIn('ada', 'wrong')).toEqual({ refused: 'wrong-password', accountId: id })
    expect(await signIn('nobody', TEST_PASSWORD)).toEqual({ refused: 'unknown-account' })
  })
})
