import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertProvider } from '../../../../server/auth-service/store/providers.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { createPageBrowser } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { makePasswordLink } from '../../../support/auth-service/password-links.js'
import { codeRequest, serve } from '../../../support/auth-service/test-auth-service.js'

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let service: PageService

  beforeEach(async () => {
    database = await make()
    const store = await database.open()
    service = await pageService({}, { ...store, path: '', remove: () => store.close() })
  })
  afterEach(() => database.remove())

  it('a person gets from the request to tokens, is remembered, and signs out', async () => {
    const browser = service.browser()
    const answer = await service.allow(browser)
    const tokens = await service.post('/token', codeRequest(answer.searchParams.get('code') ?? ''))
    expect(tokens.status).toBe(200)
    const again = await browser.open(authorizationPath())
    expect(again.title).toMatch(/^Continue to authcli/)
    await browser.submit(again, { press: 'Continue' })
    await browser.submit(await browser.open('/auth/logout'), { press: 'Sign out' })
    expect((await browser.open(authorizationPath())).title).toMatch(/^Sign in/)
  })

  it('a person gets from a provider to tokens once, of many answers at two replicas at once (84, V9)', async () => {
    const { store, now } = service.context
    await store.write((transaction) =>
      insertProvider(transaction, {
        name: 'acme',
        kind: 'oidc',
        label: 'Acme',
        issuer: 'https://acme.example',
        clientId: 'our-client',
        encryptedSecret: '',
        scope: 'openid',
        signUpRule: { domains: ['example.org'], groups: [], claims: [] },
        isOnlyWay: false,
        createdAt: now(),
      }),
    )
    service.context.openProvider = () => ({
      authorizationUrl: async ({ state }) => new URL(`https://acme.example/?state=${state}`),
      identify: async () => ({
        issuer: 'https://acme.example',
        subject: '1',
        name: 'Mary',
        email: 'mary@example.org',
        isEmailVerified: true,
        claims: {},
      }),
    })
    const replica = serve(
      { ...service.context, store: { ...store, ...(await database.open()) } },
      service.account,
    )
    const { sentTo, passed } = await service.browser().open(authorizationPath({ provider: 'acme' }))
    const path = `/auth/providers/acme/callback?code=a&state=${sentTo?.searchParams.get('state')}`
    const [cookie = ''] = passed[0]?.setCookie.split(';') ?? []
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_each, index) =>
        (index % 2 === 0 ? service : replica).get(path, { cookie }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(400)])
    const sessions = await store.read.selectFrom('browser_sessions').selectAll().execute()
    expect(sessions).toHaveLength(1)
    expect(await store.read.selectFrom('identities').select('account_id').execute()).toEqual([
      { account_id: sessions[0]?.account_id },
    ])
  })

  it('of many guesses at once, at two replicas, no more than ten are looked at (80)', async () => {
    const store = { ...service.context.store, ...(await database.open()) }
    let looks = 0
    const verify = async () => {
      looks++
      return false
    }
    service.context.passwords = { ...service.context.passwords, verify }
    const apps = [service.app, serve({ ...service.context, store }, service.account).app]
    const { issuer } = service.context.settings
    const guesses = Array.from({ length: 24 }, async (_, index) => {
      const browser = createPageBrowser(apps[index % 2] ?? service.app, issuer, '192.0.2.1')
      const page = await browser.open(authorizationPath())
      return browser.submit(page, { press: 'Sign in', fill: { username: 'ada', password: 'guess' } })
    })
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(14)
    expect(looks).toBe(10)
  })

  it('of twelve people with one link, at two replicas at once, one chooses the password', async () => {
    const { context } = service
    const path = await makePasswordLink(context, service.account.id)
    const second = { ...context.store, ...(await database.open()) }
    const apps = [service.app, serve({ ...context, store: second }, service.account).app]
    const people = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const app = apps[index % 2] ?? service.app
        const browser = createPageBrowser(app, context.settings.issuer, `192.0.2.${index}`)
        return { browser, page: await browser.open(path), password: `a new password ${index}` }
      }),
    )
    const visits = await Promise.all(
      people.map(({ browser, page, password }) =>
        browser.submit(page, { fill: { password, again: password } }),
      ),
    )
    const winners = people.filter((_, index) => visits[index]?.title.startsWith('Signed in'))
    expect(winners).toHaveLength(1)
    expect(visits.filter(({ status }) => status === 410)).toHaveLength(11)
    const password = winners[0]?.password ?? ''
    expect((await service.signIn(service.browser(), {}, { password })).title).toMatch(/^Allow/)
  })
})
