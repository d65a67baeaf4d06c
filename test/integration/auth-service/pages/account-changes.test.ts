import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listSecurityEvents } from '../../../../server/auth-service/store/security-events.js'
import { logInOn, signInToAccount } from '../../../support/auth-service/account-pages.js'
import { fieldsOf, type PageBrowser } from '../../../support/auth-service/page-browser.js'
import { type ProviderService, providerService } from '../../../support/auth-service/provider-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

let service: ProviderService
let browser: PageBrowser
beforeEach(async () => {
  service = await providerService()
  browser = service.browser()
})
afterEach(() => service.close())

const NEW_PASSWORD = 'another horse entirely'
const kindsOfEvents = async () =>
  (await listSecurityEvents(service.context.store.read, service.account.id, { limit: 50 })).map(
    ({ kind }) => kind,
  )
const setPasswordHash = (hash: string | null) =>
  service.context.store.write((transaction) =>
    transaction.updateTable('accounts').set({ password_hash: hash }).execute(),
  )

describe('a form of the account pages', () => {
  it.each([
    ['posted by another site', { 'sec-fetch-site': 'cross-site' }, {}],
    ['without its token', undefined, { token: '' }],
    ['with the token of another browser', undefined, { token: 'x'.repeat(43) }],
  ])('does nothing %s (18)', async (_what, headers, changes) => {
    const { access_token } = await logInOn(service, {})
    await signInToAccount(browser)
    await service.addProvider()
    for (const path of ['', '/name', '/password', '/providers']) {
      const page = await browser.open(`/auth/account${path}`)
      const form = fieldsOf(page)
      for (const [name, value] of Object.entries({ ...changes, everywhere: 'all', name: 'Mallory' })) {
        form.set(name, value)
      }
      const visit = await browser.post(
        path === '' ? '/auth/account/sign-ins' : `/auth/account${path}`,
        form,
        headers,
      )
      expect(visit.status).toBe(403)
    }
    expect((await service.introspect(access_token)).body['active']).toBe(true)
    expect((await browser.open('/auth/account')).text).not.toContain('Mallory')
  })
})

describe('a name', () => {
  const rename = async (name: string) => {
    const page = await signInToAccount(browser, { path: '/auth/account/name' })
    return browser.submit(page, { press: 'Save', fill: { name } })
  }

  it('can be changed, and is told to programs from then on', async () => {
    const { access_token } = await logInOn(service, {})
    expect((await rename('  Augusta Ada King ')).text).toContain('Your name is changed.')
    expect((await service.introspect(access_token)).body['name']).toBe('Augusta Ada King')
  })

  it.each([' ', 'x'.repeat(101), 'Ada\nLovelace', 'Ada\u202e'])('%j is none', async (name) => {
    const visit = await rename(name)
    expect(visit.title).toMatch(/^Name not changed/)
    expect((await browser.open('/auth/account')).text).toContain('Ada Lovelace')
  })
})

describe('a password', () => {
  const change = async (fill: Record<string, string>) => {
    const page = await browser.open('/auth/account/password')
    return browser.submit(page, {
      press: 'Use this password',
      fill: { current: TEST_PASSWORD, password: NEW_PASSWORD, again: NEW_PASSWORD, ...fill },
    })
  }

  it('can be changed: every other login ends, and this browser goes on under another id (62, 82)', async () => {
    const { refresh_token } = await logInOn(service, {})
    const elsewhere = service.browser()
    await signInToAccount(elsewhere)
    await signInToAccount(browser)
    const before = browser.cookies()
    service.context.advanceSeconds(1)
    expect((await change({})).text).toContain('Your password is changed.')
    expect(browser.cookies()).not.toEqual(before)
    expect((await elsewhere.open('/auth/account')).title).toMatch(/^Sign in/)
    expect((await service.refresh(refresh_token)).body['error']).toBe('invalid_grant')
    expect(await kindsOfEvents()).toContain('password-changed')
    const again = await service.signIn(service.browser(), {}, { password: NEW_PASSWORD })
    expect(again.title).toMatch(/^Allow/)
  })

  it.each([
    ['the one of now is wrong', { current: 'not this one' }, 'That isn’t your password.'],
    ['the new one is too short', { password: 'short', again: 'short' }, '8 characters'],
    ['the two are not the same', { again: 'another donkey' }, 'same'],
  ])('stays as it is when %s', async (_why, fill, words) => {
    await signInToAccount(browser)
    const visit = await change(fill)
    expect(visit.title).toMatch(/^Password not changed/)
    expect(visit.text).toContain(words)
    expect((await service.signIn(service.browser())).title).toMatch(/^Allow/)
  })

  it('can be guessed here no more often than on the sign-in page (80, V13)', async () => {
    await signInToAccount(browser)
    for (let tries = 0; tries < 10; tries++) await change({ current: `guess ${tries}` })
    expect((await change({})).status).toBe(429)
  })

  it('can be chosen by who has none only soon after a sign-in (82)', async () => {
    await signInToAccount(browser)
    await setPasswordHash(null)
    service.context.advanceSeconds(15 * 60)
    expect((await browser.open('/auth/account/password')).title).toMatch(/^Sign in/)
  })

  it('is not to be had where a provider is the only way in', async () => {
    await signInToAccount(browser)
    await service.addProvider({ isOnlyWay: true })
    expect((await browser.open('/auth/account')).text).not.toContain('Change your password')
    expect((await browser.open('/auth/account/password')).status).toBe(403)
  })
})
