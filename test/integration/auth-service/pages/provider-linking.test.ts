import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Interaction } from '../../../../server/auth-service/browser/interaction.js'
import { providerStartPath } from '../../../../server/auth-service/browser/interaction.js'
import { unseal } from '../../../../server/auth-service/browser/seal.js'
import { listIdentities } from '../../../../server/auth-service/store/identities.js'
import { removeProvider } from '../../../../server/auth-service/store/providers.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import type { PageBrowser } from '../../../support/auth-service/page-browser.js'
import { makePasswordLink } from '../../../support/auth-service/password-links.js'
import { type ProviderService, providerService } from '../../../support/auth-service/provider-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

let service: ProviderService
beforeEach(async () => {
  service = await providerService()
  await service.addProvider()
})
afterEach(() => service.close())

const identitiesOf = (accountId: string) => listIdentities(service.context.store.read, accountId)
const events = () => service.context.store.read.selectFrom('security_events').selectAll().execute()
const grace = (changes = {}) =>
  service.context.addAccount({ username: 'grace', name: 'Grace', email: 'grace@example.org', ...changes })
const withAddress = (email: string, isEmailVerified = true) => service.somebody({ email, isEmailVerified })

describe('somebody whom no account is linked to', () => {
  it('gets the account whose address both sides have verified (87, V15)', async () => {
    const account = await grace({ email_verified_at: 1 })
    const visit = await service.signInAt(service.browser(), withAddress('Grace@Example.ORG'))
    expect(visit.title).toMatch(/^Allow/)
    expect(visit.text).toContain('grace')
    expect(await identitiesOf(account.id)).toMatchObject([
      { subject: 'acme-1', account_id: account.id, email: 'Grace@Example.ORG' },
    ])
    expect(service.audit().find(({ event }) => event === 'provider-linked')).toMatchObject({
      accountId: account.id,
      provider: 'acme',
      reason: 'same verified address',
    })
    expect(await events()).toMatchObject([
      { account_id: account.id, event: 'provider-linked', provider: 'acme' },
      { account_id: account.id, event: 'signed-in', provider: 'acme' },
    ])
  })

  it.each([
    ['nobody has verified it here', { email_verified_at: null }, true],
    ['the provider has not verified it', { email_verified_at: 1 }, false],
    ['neither side has', { email_verified_at: null }, false],
  ])('gets no account for an address that is the same: %s (87, V15)', async (_what, account, isVerified) => {
    const { id } = await grace(account)
    const visit = await service.signInAt(service.browser(), withAddress('grace@example.org', isVerified))
    expect(visit.title).toMatch(/^Connect your account/)
    expect(await identitiesOf(id)).toEqual([])
    expect(await service.context.store.read.selectFrom('browser_sessions').selectAll().execute()).toEqual([])
    expect(service.audit().at(-1)).toMatchObject({
      event: 'provider-sign-in-failed',
      reason: 'no account is linked to this identity',
    })
  })

  it.each([
    'ɢrace@example.org',
    'gra\u212Ae@example.org',
    'grace@example.org.evil.example',
    'grace@example.or',
    '"grace@example.org"@evil.example',
    'grace%@example.org',
    'gr_ce@example.org',
  ])('is not whoever has nearly the address %j (87)', async (email) => {
    const { id } = await grace({ email_verified_at: 1 })
    await service.context.addAccount({ username: 'k', email: 'grake@example.org', email_verified_at: 1 })
    expect((await service.signInAt(service.browser(), withAddress(email))).title).toMatch(/^Connect/)
    expect(await identitiesOf(id)).toEqual([])
  })

  it('has to say which account, where several have the address (87)', async () => {
    await grace({ email_verified_at: 1 })
    await service.context.addAccount({ username: 'other', email: 'grace@example.org', email_verified_at: 1 })
    const visit = await service.signInAt(service.browser(), withAddress('grace@example.org'))
    expect(visit.title).toMatch(/^Connect/)
  })

  it('does not get an account that is disabled, and is not linked to it (62)', async () => {
    const { id } = await grace({ email_verified_at: 1, disabled_at: 1 })
    expect((await service.signInAt(service.browser(), withAddress('grace@example.org'))).status).toBe(403)
    expect(await identitiesOf(id)).toEqual([])
  })

  it('is told the same, whether or not there is such an account', async () => {
    await grace()
    const [known, unknown] = [
      await service.signInAt(service.browser(), withAddress('grace@example.org', false)),
      await service.signInAt(service.browser(), withAddress('nobody@example.org', false)),
    ]
    const words = (text: string) => text.replace(/(grace|nobody)@example\.org/, 'ADDRESS')
    expect(words(known.text)).toBe(words(unknown.text))
    expect(known.text).toContain('No account here is connected to grace@example.org at Acme.')
  })
})

describe('somebody who was invited', () => {
  it('needs the link no more after coming in by a provider: somebody else could use it', async () => {
    const account = await grace({ email_verified_at: 1, password_hash: null })
    const invitation = await makePasswordLink(service.context, account.id, 'invitation')
    const other = await makePasswordLink(service.context, service.account.id, 'invitation')
    await service.signInAt(service.browser(), withAddress('grace@example.org'))
    expect((await service.browser().open(invitation)).status).toBe(410)
    expect((await service.browser().open(other)).status).toBe(200)
  })
})

describe('a password', () => {
  const fill = { username: 'ada', password: TEST_PASSWORD }

  it('links the identity that came before it, and from then on the provider is enough (87)', async () => {
    const browser = service.browser()
    const page = await service.signInAt(browser)
    expect(page.text).toContain('No account here is connected to Ada of Acme at Acme.')
    const visit = await browser.submit(page, { press: 'Sign in and connect', fill })
    expect(visit.title).toMatch(/^Allow/)
    expect(await identitiesOf(service.account.id)).toMatchObject([{ subject: 'acme-1' }])
    expect(service.audit().find(({ event }) => event === 'provider-linked')).toMatchObject({
      accountId: service.account.id,
      provider: 'acme',
      reason: 'by the person',
    })
    expect((await service.signInAt(service.browser())).title).toMatch(/^Allow/)
  })

  it('links nothing when it is wrong, and may be tried again', async () => {
    const browser = service.browser()
    const page = await service.signInAt(browser)
    const failed = await browser.submit(page, {
      press: 'Sign in and connect',
      fill: { ...fill, password: 'no' },
    })
    expect(failed.text).toContain('The username or the password is not right.')
    expect(await identitiesOf(service.account.id)).toEqual([])
    await browser.submit(failed, { press: 'Sign in and connect', fill })
    expect(await identitiesOf(service.account.id)).toHaveLength(1)
  })

  it('links nothing where the person would rather not, or presses the button of another provider', async () => {
    await service.addProvider({ name: 'other', label: 'Other' })
    const browser = service.browser()
    const page = await service.signInAt(browser)
    expect(page.html).not.toContain('/auth/providers/')
    const [, without = ''] = /href="(\/auth\/sign-in[^"]+)">Don’t connect/.exec(page.html) ?? []
    const plain = await browser.open(without)
    expect(plain.text).toContain('Continue with Other')
    await browser.submit(plain, { press: 'Sign in', fill })
    expect(await identitiesOf(service.account.id)).toEqual([])
  })

  it('links nothing after the provider was removed, for the page no longer says so', async () => {
    const browser = service.browser()
    const { path } = await service.signInAt(browser)
    await service.context.store.write((transaction) => removeProvider(transaction, 'acme'))
    const page = await browser.open(path)
    await browser.submit(page, { press: 'Sign in', fill })
    expect(await identitiesOf(service.account.id)).toEqual([])
  })

  it('links nothing and signs nobody in where the provider was removed since the page was shown', async () => {
    const browser = service.browser()
    const page = await service.signInAt(browser)
    await service.context.store.write((transaction) => removeProvider(transaction, 'acme'))
    const visit = await browser.submit(page, { press: 'Sign in and connect', fill })
    expect(visit).toMatchObject({ status: 404, sentTo: undefined })
    expect(await identitiesOf(service.account.id)).toEqual([])
    expect(service.audit().at(-1)).toMatchObject({ event: 'sign-in-failed', reason: 'unknown-provider' })
  })

  it('links nothing of an issuer that another one has taken the name of since', async () => {
    const browser = service.browser()
    const page = await service.signInAt(browser)
    await service.context.store.write((transaction) => removeProvider(transaction, 'acme'))
    await service.addProvider({ label: 'New', issuer: 'https://new.example' })
    const visit = await browser.submit(page, { press: 'Sign in and connect', fill })
    expect(visit.status).toBe(404)
    expect(await identitiesOf(service.account.id)).toEqual([])
  })

  it('links nothing in another browser (84)', async () => {
    const page = await service.signInAt(service.browser())
    const victim = service.browser()
    await victim.open(authorizationPath())
    const visit = await victim.submit(page, { press: 'Sign in and connect', fill })
    expect(visit.sentTo?.origin).toBe('https://acme.example')
    expect(await identitiesOf(service.account.id)).toEqual([])
  })

  it('signs nobody in where the identity was linked to another account meanwhile', async () => {
    const { id } = await grace()
    const [first, second] = [service.browser(), service.browser()]
    const [one, two] = [await service.signInAt(first), await service.signInAt(second)]
    await first.submit(one, { press: 'Sign in and connect', fill: { ...fill, username: 'grace' } })
    const visit = await second.submit(two, { press: 'Sign in and connect', fill })
    expect(visit.status).toBe(409)
    expect(visit.text).toContain('connected to another account')
    expect(await identitiesOf(service.account.id)).toEqual([])
    expect(await identitiesOf(id)).toHaveLength(1)
  })
})

describe('somebody who is signed in and wants a provider linked', () => {
  /** As the account page does. */
  async function leaveToLink(browser: PageBrowser, accountId: string): Promise<URL> {
    await service.signIn(browser)
    const page = await browser.open(authorizationPath())
    const sealed = new URL(page.path, 'http://localhost').searchParams.get('interaction') ?? ''
    const { settings, now } = service.context
    const opened = unseal<Interaction>(settings.secret, 'interaction', sealed, now())
    if (opened === undefined) throw new Error('no interaction')
    const path = providerStartPath(service.context, 'acme', { ...opened.value, linkToAccountId: accountId })
    return (await browser.open(path)).sentTo as URL
  }

  it('gets it linked, and goes on where they came from', async () => {
    const browser = service.browser()
    const from = await leaveToLink(browser, service.account.id)
    const [cookie] = browser.cookies()
    const visit = await service.comeBack(browser, from)
    expect(visit.title).toMatch(/^Allow/)
    expect(browser.cookies()).toEqual([cookie])
    expect(await identitiesOf(service.account.id)).toMatchObject([{ subject: 'acme-1' }])
    expect(service.audit().find(({ event }) => event === 'provider-linked')).toMatchObject({
      accountId: service.account.id,
      reason: 'by the person',
    })
  })

  it('gets nothing linked whose provider was removed while it took its time to answer', async () => {
    const browser = service.browser()
    const from = await leaveToLink(browser, service.account.id)
    service.beforeAnswer = () =>
      service.context.store.write((transaction) => removeProvider(transaction, 'acme'))
    const visit = await service.comeBack(browser, from)
    expect(visit).toMatchObject({ status: 404, sentTo: undefined })
    expect(await identitiesOf(service.account.id)).toEqual([])
  })

  it('gets nothing linked after being signed out meanwhile', async () => {
    const browser = service.browser()
    const from = await leaveToLink(browser, service.account.id)
    await service.context.store.write((transaction) => transaction.deleteFrom('browser_sessions').execute())
    const visit = await service.comeBack(browser, from)
    expect(visit.status).toBe(403)
    expect(await identitiesOf(service.account.id)).toEqual([])
  })

  it('gets nothing linked that another account has, nor to another account (87)', async () => {
    const { id } = await grace({ email_verified_at: 1 })
    await service.signInAt(service.browser(), withAddress('grace@example.org'))
    const browser = service.browser()
    service.proves = service.somebody()
    const visit = await service.comeBack(browser, await leaveToLink(browser, service.account.id))
    expect(visit).toMatchObject({ status: 409, sentTo: undefined })
    const other = service.browser()
    service.proves = service.somebody({ subject: 'acme-2' })
    expect((await service.comeBack(other, await leaveToLink(other, id))).status).toBe(403)
    expect(await identitiesOf(service.account.id)).toEqual([])
    expect(await identitiesOf(id)).toHaveLength(1)
  })
})
