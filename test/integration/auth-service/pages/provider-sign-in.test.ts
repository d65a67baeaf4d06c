import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ProviderError } from '../../../../server/auth-service/providers/provider.js'
import { findIdentity, linkIdentity } from '../../../../server/auth-service/store/identities.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import {
  ACME_ISSUER,
  type ProviderService,
  providerService,
} from '../../../support/auth-service/provider-service.js'

const OTHER_ISSUER = 'https://other.example'

let service: ProviderService
beforeAll(async () => {
  service = await providerService()
  await service.addProvider()
  const other = { name: 'github', kind: 'github', label: 'GitHub', issuer: OTHER_ISSUER } as const
  await service.addProvider({ ...other, createdAt: 1 })
  await link('acme-ada', service.account.id)
})
afterAll(() => service.close())
afterEach(() => {
  service.startError = undefined
})

const link = (subject: string, accountId: string) =>
  service.context.store.write((transaction) =>
    linkIdentity(transaction, { issuer: ACME_ISSUER, subject, email: null }, accountId, 1),
  )
const ada = () => service.somebody({ subject: 'acme-ada' })
const failures = () => service.audit().filter(({ event }) => event === 'provider-sign-in-failed')
const sessions = () => service.context.store.read.selectFrom('browser_sessions').selectAll().execute()
const begun = () => service.context.store.read.selectFrom('provider_sign_ins').selectAll().execute()

describe('the sign-in page', () => {
  it('shows each provider as a link with its name and its icon, the first one first', async () => {
    const visit = await service.browser().open(authorizationPath())
    const links = [
      ...visit.html.matchAll(/<a class="button wide" href="([^"]+)">(.*?)<span>(.*?)<\/span><\/a>/g),
    ]
    expect(links.map(([, , , text]) => text)).toEqual([
      'Continue with <bdi>GitHub</bdi>',
      'Continue with <bdi>Acme</bdi>',
    ])
    expect(links[0]?.[2]).toContain('<svg')
    expect(links[1]?.[2]).toBe('<span class="monogram" aria-hidden="true">A</span>')
    expect(links[1]?.[1]).toMatch(/^\/auth\/providers\/acme\?interaction=[\w-]+$/)
  })

  it('escapes what an operator called a provider', async () => {
    const other = await providerService()
    await other.addProvider({ label: '<script>"&' })
    const { html, text } = await other.browser().open(authorizationPath())
    expect(html).not.toContain('<script>')
    expect(text).toContain('Continue with <script>"&')
    await other.close()
  })
})

describe('a sign-in at a provider', () => {
  it('goes there with a state, nonce and verifier of its own, and comes back to a path of its own (84, 85)', async () => {
    const first = await service.leave(service.browser())
    const second = await service.leave(service.browser(), { provider: 'github' })
    expect(first.origin).toBe('https://acme.example')
    expect(second.origin).toBe('https://github.example')
    const [a, b] = service.seen.slice(-2).map(({ request }) => request)
    expect(a?.redirectUri).toBe('http://127.0.0.1:9000/auth/providers/acme/callback')
    expect(b?.redirectUri).toBe('http://127.0.0.1:9000/auth/providers/github/callback')
    const values = [a, b].flatMap((each) => [each?.state, each?.nonce, each?.codeVerifier])
    for (const value of values) expect(value).toMatch(/^[\w-]{43}$/)
    expect(new Set(values).size).toBe(6)
  })

  it('stores nothing by which somebody else could finish it (84)', async () => {
    await service.leave(service.browser())
    const request = service.seen.at(-1)?.request
    const stored = JSON.stringify(await begun())
    for (const secret of [request?.state, request?.nonce, request?.codeVerifier]) {
      expect(stored).not.toContain(secret)
      expect(JSON.stringify(service.log)).not.toContain(secret)
    }
  })

  it('is finished with the same values as it was begun', async () => {
    await service.signInAt(service.browser(), ada())
    const [before, after] = service.seen.slice(-2)
    expect(after?.request).toEqual(before?.request)
    expect(after?.callback?.href).toBe(
      `${before?.request.redirectUri}?code=the+code&state=${before?.request.state}`,
    )
  })

  it('signs in whose account it is, and goes on with what the browser came for', async () => {
    const browser = service.browser('192.0.2.9')
    const visit = await service.signInAt(browser, ada())
    expect(visit.title).toMatch(/^Allow/)
    const answer = (await browser.submit(visit, { press: 'Allow' })).sentTo
    expect(await service.codeOf(answer)).toMatchObject({
      account_id: service.account.id,
      auth_time: service.context.now(),
    })
    expect(
      service
        .audit()
        .filter(({ event }) => event === 'sign-in')
        .at(-1),
    ).toMatchObject({
      accountId: service.account.id,
      provider: 'acme',
      clientId: 'authcli',
      source: '192.0.2.9',
    })
  })

  it('gives the browser a new id, and the one before is worth nothing (82, V14)', async () => {
    const browser = service.browser()
    const from = await service.leave(browser)
    const [planted] = browser.cookies()
    service.proves = ada()
    await service.comeBack(browser, from)
    const [cookie] = browser.cookies()
    expect(cookie).not.toBe(planted)
    expect((await sessions()).filter(({ account_id }) => account_id === service.account.id)).not.toEqual([])
  })

  it('is known by issuer and subject, whatever the address says (86)', async () => {
    const grace = await service.context.addAccount({
      username: 'grace',
      email: 'grace@example.org',
      email_verified_at: 1,
    })
    const identity = service.somebody({
      subject: 'acme-ada',
      email: 'grace@example.org',
      isEmailVerified: true,
    })
    const browser = service.browser()
    const visit = await service.signInAt(browser, identity)
    expect(visit.text).toContain('Ada Lovelace')
    const another = service.browser()
    const from = await service.leave(another, { provider: 'github' })
    service.proves = { ...identity, issuer: OTHER_ISSUER }
    const other = await service.comeBack(another, from, { provider: 'github' })
    expect(other.text).toContain('grace')
    expect(
      await findIdentity(service.context.store.read, { issuer: ACME_ISSUER, subject: 'acme-ada' }),
    ).toMatchObject({ account_id: service.account.id, email: 'grace@example.org' })
    expect(
      await findIdentity(service.context.store.read, {
        issuer: OTHER_ISSUER,
        subject: 'acme-ada',
      }),
    ).toMatchObject({ account_id: grace.id })
  })

  it.each([
    ['prompt=login', { prompt: 'login' }, true],
    ['max_age', { max_age: '3600' }, true],
    ['neither', {}, false],
  ])('asks the provider for a new proof when the client sends %s (83)', async (_what, request, isFresh) => {
    await service.signInAt(service.browser(), ada(), request)
    expect(service.seen.slice(-2).map((each) => each.request.isFresh)).toEqual([isFresh, isFresh])
  })

  it('happens again where a provider is named, even for somebody who is signed in, but never in silence (83)', async () => {
    const browser = service.browser()
    await service.signIn(browser)
    expect((await service.leave(browser)).origin).toBe('https://acme.example')
    const silent = await browser.open(authorizationPath({ provider: 'acme', prompt: 'none' }))
    expect(silent.sentTo?.searchParams.get('error')).toBe('interaction_required')
    const nobody = await service.browser().open(authorizationPath({ provider: 'acme', prompt: 'none' }))
    expect(nobody.sentTo?.searchParams.get('error')).toBe('login_required')
  })

  it('works for the code of a device', async () => {
    const browser = service.browser()
    const code = await browser.open('/auth/device?user_code=BCDF-GHJK')
    const page = await browser.submit(code, { press: 'Continue' })
    const [, href = ''] = /href="(\/auth\/providers\/acme[^"]+)"/.exec(page.html) ?? []
    const from = (await browser.open(href)).sentTo
    service.proves = ada()
    expect((await service.comeBack(browser, from as URL)).text).toContain('leads nowhere')
  })

  it('is refused for an account that is disabled, and gives no session (62)', async () => {
    const off = await service.context.addAccount({ username: 'off', disabled_at: 1 })
    await link('acme-off', off.id)
    const before = await sessions()
    const visit = await service.signInAt(service.browser(), service.somebody({ subject: 'acme-off' }))
    expect(visit).toMatchObject({ status: 403, sentTo: undefined })
    expect(visit.text).toContain('Your account is switched off')
    expect(failures().at(-1)).toMatchObject({ reason: 'account-disabled', accountId: off.id })
    expect(await sessions()).toEqual(before)
  })
})

describe('a provider that is not there', () => {
  it('is said to be unknown, with a way to the others', async () => {
    const visit = await service.browser().open(authorizationPath({ provider: 'nobody' }))
    expect(visit).toMatchObject({ status: 404, sentTo: undefined })
    expect(visit.text).toContain('That way in isn’t offered here')
    expect(visit.html).toContain('href="/auth/sign-in?interaction=')
  })

  it.each(['', 'acme/', '..%2f', '%00', 'x'.repeat(5000), '__proto__', 'ACME'])(
    'leads nowhere by the name %j',
    async (name) => {
      const browser = service.browser()
      await browser.open(authorizationPath())
      const visit = await browser.open(`/auth/providers/${name}?interaction=changed`)
      expect([400, 404, 414]).toContain(visit.status)
      expect(visit.sentTo).toBeUndefined()
    },
  )

  it.each([
    ['unreachable', 502, 'Acme didn’t answer, or not in time'],
    ['wrong', 502, 'What Acme tells us about you can’t be relied on'],
    ['stale', 403, 'Acme doesn’t say that you just did'],
  ] as const)('or is %s is said so before the browser is sent anywhere', async (fault, status, words) => {
    service.startError = new ProviderError('discovery', fault, `the reason of ${fault}`)
    const before = await begun()
    const visit = await service.browser().open(authorizationPath({ provider: 'acme' }))
    expect(visit).toMatchObject({ status, sentTo: undefined })
    expect(visit.text).toContain(words)
    expect(visit.html).not.toContain('the reason of')
    expect(failures().at(-1)).toMatchObject({ provider: 'acme', reason: `discovery: the reason of ${fault}` })
    expect(await begun()).toEqual(before)
  })

  it('is never asked for a client that is not known, or for another address than its own (1, 5)', async () => {
    const asked = service.seen.length
    for (const changes of [{ client_id: 'nobody' }, { redirect_uri: 'https://evil.example/' }]) {
      const visit = await service.browser().open(authorizationPath({ provider: 'acme', ...changes }))
      expect(visit).toMatchObject({ status: 400, sentTo: undefined })
    }
    expect(service.seen.length).toBe(asked)
  })

  it('gives no answer to the client about its mistakes before somebody is signed in (7)', async () => {
    const browser = service.browser()
    const visit = await browser.open(authorizationPath({ provider: 'acme', scope: 'nothing:known' }))
    expect(visit.sentTo).toBeUndefined()
    expect(visit.text).toContain('There is a mistake in what authcli asked for')
  })
})

describe('many sign-ins that are begun', () => {
  it('from one address are too many after a hundred, and others go on', async () => {
    const other = await providerService()
    await other.addProvider()
    const browser = other.browser('192.0.2.1')
    await other.leave(browser)
    // As if it had begun 98 more: the row counts them.
    await other.context.store.write((transaction) =>
      transaction.updateTable('throttles').set({ failures: 99 }).execute(),
    )
    await other.leave(browser)
    const visit = await browser.open(authorizationPath({ provider: 'acme' }))
    expect(visit.status).toBe(429)
    expect(visit.headers['retry-after']).toBe('60')
    expect(other.audit().at(-1)).toMatchObject({ event: 'throttled', provider: 'acme' })
    expect((await other.leave(other.browser('192.0.2.2'))).origin).toBe('https://acme.example')
    other.context.advanceSeconds(61)
    expect((await other.leave(browser)).origin).toBe('https://acme.example')
    await other.close()
  })
})
