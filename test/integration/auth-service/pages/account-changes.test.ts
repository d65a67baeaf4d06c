import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logInOn, signInToAccount } from '../../../support/auth-service/account-pages.js'
import { fieldsOf, type PageBrowser } from '../../../support/auth-service/page-browser.js'
import { type ProviderService, providerService } from '../../../support/auth-service/provider-service.js'

let service: ProviderService
let browser: PageBrowser
beforeEach(async () => {
  service = await providerService()
  browser = service.browser()
})
afterEach(() => service.close())

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
