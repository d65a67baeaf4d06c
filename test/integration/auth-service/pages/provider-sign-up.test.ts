import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ProviderService, providerService } from '../../../support/auth-service/provider-service.js'

let service: ProviderService
beforeEach(async () => {
  service = await providerService()
  await service.addProvider()
})
afterEach(() => service.close())

const accounts = () => service.context.store.read.selectFrom('accounts').selectAll().execute()
const withAddress = (email: string, isEmailVerified = true) => service.somebody({ email, isEmailVerified })

describe('a rule for new people', () => {
  const rule = { domains: ['example.org'], groups: [], claims: [] }
  const byRule = async (identity: Parameters<ProviderService['signInAt']>[1]) => {
    await service.addProvider({ name: 'open', label: 'Open', signUpRule: rule })
    service.proves = identity ?? service.somebody()
    const browser = service.browser()
    const from = await service.leave(browser, { provider: 'open' })
    return { browser, visit: await service.comeBack(browser, from, { provider: 'open' }) }
  }

  it('makes an account without a password for whom it fits', async () => {
    const { browser, visit } = await byRule(
      service.somebody({
        email: 'mary@example.org',
        isEmailVerified: true,
        claims: { preferred_username: ' Admin\u200b@root ' },
      }),
    )
    expect(visit.title).toMatch(/^Allow/)
    const account = (await accounts()).find(({ username }) => username === 'adminroot@open')
    expect(account).toMatchObject({
      name: 'Ada of Acme',
      email: 'mary@example.org',
      email_verified_at: null,
      password_hash: null,
    })
    const answer = (await browser.submit(visit, { press: 'Allow' })).sentTo
    expect(await service.codeOf(answer)).toMatchObject({ account_id: account?.id })
    expect(service.audit().find(({ event }) => event === 'account-created')).toMatchObject({
      accountId: account?.id,
      provider: 'open',
    })
    const before = await accounts()
    const again = service.browser()
    await service.comeBack(again, await service.leave(again, { provider: 'open' }), { provider: 'open' })
    expect(await accounts()).toEqual(before)
  })

  it('makes one account, however many browsers come at once', async () => {
    await service.addProvider({ name: 'open', label: 'Open', signUpRule: rule })
    service.proves = withAddress('mary@example.org')
    const before = (await accounts()).length
    const visits = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const browser = service.browser()
        const from = await service.leave(browser, { provider: 'open' })
        return service.comeBack(browser, from, { provider: 'open' })
      }),
    )
    for (const visit of visits) expect(visit.title).toMatch(/^Allow/)
    expect(await accounts()).toHaveLength(before + 1)
  })

  it('gives two people of one name two usernames', async () => {
    await service.addProvider({ name: 'open', label: 'Open', signUpRule: rule })
    for (const subject of ['1', '2']) {
      service.proves = service.somebody({
        subject,
        email: `mary.${subject}@example.org`,
        isEmailVerified: true,
        claims: { preferred_username: 'mary' },
      })
      const browser = service.browser()
      const from = await service.leave(browser, { provider: 'open' })
      await service.comeBack(browser, from, { provider: 'open' })
    }
    const names = (await accounts()).map(({ username }) => username).filter((name) => name.startsWith('mary'))
    expect(names.sort()).toEqual(['mary@open', expect.stringMatching(/^mary-\d{5}@open$/)].reverse())
  })

  it.each([
    ['it does not fit', withAddressOf('mary@example.com', true)],
    ['the address is not verified', withAddressOf('mary@example.org', false)],
  ])('makes none where %s (87)', async (_what, identity) => {
    const before = await accounts()
    expect((await byRule(service.somebody(identity))).visit.title).toMatch(/^Connect/)
    expect(await accounts()).toEqual(before)
  })

  it('makes none beside one with the same address, which nobody has verified here (87, V15)', async () => {
    await service.context.addAccount({ username: 'grace', email: 'grace@example.org' })
    const before = await accounts()
    expect((await byRule(withAddress('grace@example.org'))).visit.title).toMatch(/^Connect/)
    expect(await accounts()).toEqual(before)
  })

  it('is not there unless an operator makes one: nobody new gets in', async () => {
    const before = await accounts()
    await service.signInAt(service.browser(), withAddress('mary@example.org'))
    expect(await accounts()).toEqual(before)
  })
})

function withAddressOf(email: string, isEmailVerified: boolean) {
  return { email, isEmailVerified }
}
