import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linkIdentity, listIdentities } from '../../../../server/auth-service/store/identities.js'
import { listSecurityEvents } from '../../../../server/auth-service/store/security-events.js'
import { logInOn, press, signInToAccount } from '../../../support/auth-service/account-pages.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { fieldsOf } from '../../../support/auth-service/page-browser.js'
import { type ProviderService, providerService } from '../../../support/auth-service/provider-service.js'
import { serve, type TestAuthService } from '../../../support/auth-service/test-auth-service.js'

const SIGN_INS = '/auth/account/sign-ins'
const PROVIDERS = '/auth/account/providers'

describe.each(DATABASES)('on $name, at two replicas', ({ make }) => {
  let database: TestDatabase
  let service: ProviderService
  let apps: TestAuthService['app'][]

  beforeEach(async () => {
    database = await make()
    const store = await database.open()
    service = await providerService({}, { ...store, path: '', remove: () => store.close() })
    await service.addProvider()
    const second = { ...service.context.store, ...(await database.open()) }
    apps = [service.app, serve({ ...service.context, store: second }, service.account).app]
  })
  afterEach(() => database.remove())

  /** Sends forms at once, each to another replica than the one before, and gives where each led. */
  async function sendAtOnce(path: string, cookie: string, forms: URLSearchParams[]) {
    const answers = await Promise.all(
      forms.map((form, index) =>
        (apps[index % 2] ?? service.app).inject({
          method: 'POST',
          url: path,
          headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
          payload: form.toString(),
        }),
      ),
    )
    return answers.map(({ statusCode, headers }) => `${statusCode} ${headers.location ?? ''}`.trim())
  }

  /** Signs in to a page, and gives its form and the cookie that goes with it. */
  async function open(path: string) {
    const browser = service.browser()
    const page = await signInToAccount(browser, { path })
    const cookie = page.passed[0]?.setCookie.split(';')[0] ?? ''
    return { browser, page, cookie, form: fieldsOf(page) }
  }

  function withField(form: URLSearchParams, name: string, value: string): URLSearchParams {
    const fields = new URLSearchParams(form)
    fields.set(name, value)
    return fields
  }

  it('a person sees their logins, and of ten presses at once one ends one', async () => {
    const { grantId, access_token } = await logInOn(service, { name: 'lost-phone' })
    const kept = await logInOn(service, { name: 'ada-laptop' })
    const { browser, page, cookie, form } = await open('/auth/account')
    expect(page.text).toContain('authcli on lost-phone')
    const forms = Array<URLSearchParams>(10).fill(withField(form, 'login', grantId))
    const answers = await sendAtOnce(SIGN_INS, cookie, forms)
    const ended = '303 /auth/account?done=login-ended'
    expect(answers.filter((answer) => answer === ended)).toHaveLength(1)
    expect(answers.filter((answer) => answer === '303 /auth/account?done=ended-before')).toHaveLength(9)
    expect((await service.introspect(access_token)).body).toEqual({ active: false })
    const events = await listSecurityEvents(service.context.store.read, service.account.id, {
      failed: 50,
      other: 50,
    })
    expect(events.filter(({ kind }) => kind === 'login-ended')).toHaveLength(1)
    const rest = await press(browser, await browser.open('/auth/account'), 'Sign out everywhere else')
    expect(rest.text).not.toContain('ada-laptop')
    expect((await service.introspect(kept.access_token)).body).toEqual({ active: false })
  })

  it('of the last two ways in, disconnected at once, one stays', async () => {
    const { store, now } = service.context
    await store.write(async (transaction) => {
      for (const subject of ['1', '2']) {
        const identity = { issuer: 'https://acme.example', subject, email: null }
        await linkIdentity(transaction, identity, service.account.id, now())
      }
    })
    const { form, cookie } = await open(PROVIDERS)
    await store.write((transaction) =>
      transaction.updateTable('accounts').set({ password_hash: null }).execute(),
    )
    const own = withField(form, 'issuer', 'https://acme.example')
    const answers = await sendAtOnce(
      PROVIDERS,
      cookie,
      ['1', '2'].map((subject) => withField(own, 'subject', subject)),
    )
    expect(answers.sort()).toEqual([`303 ${PROVIDERS}`, '409'])
    expect(await listIdentities(store.read, service.account.id)).toHaveLength(1)
  })
})
