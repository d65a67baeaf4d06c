import type { KyselyPlugin } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signInWithPassword } from '../../../../server/auth-service/password-sign-in.js'
import { PasswordsBusyError } from '../../../../server/auth-service/passwords.js'
import { listSecurityEvents } from '../../../../server/auth-service/store/security-events.js'
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

  it('is refused for who has no password, with any, after the same look (81)', async () => {
    const { id } = await context.addAccount({ username: 'ada', password_hash: null })
    let looks = 0
    const verify: TestContext['passwords']['verify'] = (...of) => {
      looks++
      return context.passwords.verify(...of)
    }
    const counting = { ...context, passwords: { ...context.passwords, verify } }
    for (const password of ['', 'null', TEST_PASSWORD]) {
      const attempt = { username: 'ada', password, ip: '127.0.0.1' }
      const refused = { refused: 'wrong-password', accountId: id }
      expect(await signInWithPassword(counting, attempt)).toEqual(refused)
    }
    expect(looks).toBe(3)
  })

  it('is shown to its owner when it failed, and no longer when it did not (80)', async () => {
    const { id } = await context.addAccount({ username: 'ada' })
    const events = () => listSecurityEvents(context.store.read, id, { failed: 9, other: 9 })
    const result = await signIn('ada', TEST_PASSWORD)
    if ('refused' in result) throw new Error(result.refused)
    expect(await events()).toMatchObject([{ kind: 'sign-in-failed' }])
    await context.store.write(result.succeeded)
    expect(await events()).toEqual([])
    await signIn('ADA', 'wrong')
    await signIn('nobody', 'wrong')
    expect(await events()).toMatchObject([{ kind: 'sign-in-failed', source: '127.0.0.1' }])
  })

  it('is shown to nobody when its password was not looked at', async () => {
    const { id } = await context.addAccount({ username: 'ada' })
    const verify = () => Promise.reject(new PasswordsBusyError())
    const busy = { ...context, passwords: { ...context.passwords, verify } }
    const attempt = { username: 'ada', password: TEST_PASSWORD, ip: '127.0.0.1' }
    await expect(signInWithPassword(busy, attempt)).rejects.toThrow(PasswordsBusyError)
    expect(await listSecurityEvents(context.store.read, id, { failed: 9, other: 9 })).toEqual([])
  })

  it('that fails is written as often, and with as many statements, for an account as for none (81)', async () => {
    await context.addAccount({ username: 'ada' })
    let writes = 0
    let statements = 0
    const counter: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        statements++
        return result
      },
    }
    const write: TestContext['store']['write'] = (job) => {
      writes++
      return context.store.write((transaction) => job(transaction.withPlugin(counter)))
    }
    const counting = { ...context, store: { ...context.store, write } }
    const counts = []
    for (const username of ['ada', 'nobody']) {
      writes = 0
      statements = 0
      await signInWithPassword(counting, { username, password: 'wrong', ip: '127.0.0.1' })
      counts.push({ writes, statements })
    }
    expect(counts[0]).toEqual({ writes: 1, statements: expect.any(Number) })
    expect(counts[1]).toEqual(counts[0])
    expect(statements).toBeGreaterThan(4)
  })
})
