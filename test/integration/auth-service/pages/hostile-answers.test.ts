import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ProviderError, type ProviderStep } from '../../../../server/auth-service/providers/provider.js'
import { linkIdentity } from '../../../../server/auth-service/store/identities.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import type { PageVisit } from '../../../support/auth-service/page-browser.js'
import {
  ACME_ISSUER,
  type ProviderService,
  providerService,
} from '../../../support/auth-service/provider-service.js'

let service: ProviderService
beforeAll(async () => {
  service = await providerService()
  await service.addProvider()
  await service.addProvider({ name: 'evil', label: 'Evil', issuer: 'https://evil.example' })
  const identity = { issuer: ACME_ISSUER, subject: 'acme-1', email: null }
  await service.context.store.write((transaction) =>
    linkIdentity(transaction, identity, service.account.id, 1),
  )
})
afterAll(() => service.close())
beforeEach(() => {
  service.proves = service.somebody()
  service.beforeAnswer = async () => {}
})

const rows = (table: 'browser_sessions' | 'provider_sign_ins' | 'identities' | 'throttles') =>
  service.context.store.read.selectFrom(table).selectAll().execute()
const asked = () => service.seen.filter(({ callback }) => callback !== undefined).length
const lastFailure = () =>
  service
    .audit()
    .filter(({ event }) => event === 'provider-sign-in-failed')
    .at(-1)

/** Expects that an answer comes to nothing: a page, no session, no redirect, and nobody is asked. */
async function expectNothing(
  visit: () => Promise<PageVisit>,
  status: number,
  words: string,
): Promise<PageVisit> {
  const [sessions, codes, questions] = [await rows('browser_sessions'), await service.countCodes(), asked()]
  const page = await visit()
  expect(page).toMatchObject({ status, sentTo: undefined })
  expect(page.text).toContain(words)
  expect(page.passed).toHaveLength(1)
  expect(page.passed[0]?.setCookie).toBe('')
  expect(await rows('browser_sessions')).toEqual(sessions)
  expect(await service.countCodes()).toBe(codes)
  expect(asked()).toBe(questions)
  return page
}

const FOREIGN = 'It belongs to a sign-in that was begun elsewhere, or is finished already'

describe('an answer that a browser brings', () => {
  it('counts only in the browser that began, and is still good there (84, V9)', async () => {
    const victim = service.browser()
    const from = await service.leave(victim)
    for (const attacker of [service.browser(), service.browser()]) {
      await attacker.open(authorizationPath())
      await expectNothing(() => service.comeBack(attacker, from), 400, FOREIGN)
      expect(lastFailure()).toMatchObject({
        provider: 'acme',
        reason: expect.stringContaining('another browser'),
      })
    }
    expect((await service.comeBack(victim, from)).title).toMatch(/^Allow/)
  })

  it('does not sign a victim in as the attacker who began (84, V9)', async () => {
    const attacker = service.browser()
    const from = await service.leave(attacker)
    const victim = service.browser()
    await service.signIn(victim)
    await expectNothing(() => service.comeBack(victim, from), 400, FOREIGN)
    expect((await victim.open('/auth/signed-out')).text).toContain('You’re signed in')
  })

  it('counts once (84)', async () => {
    const browser = service.browser()
    const from = await service.leave(browser)
    expect((await service.comeBack(browser, from)).title).toMatch(/^Allow/)
    await expectNothing(() => service.comeBack(browser, from), 400, FOREIGN)
  })

  it('counts once, however often it comes at the same time (84)', async () => {
    const browser = service.browser()
    const from = await service.leave(browser)
    const before = asked()
    const visits = await Promise.all(Array.from({ length: 20 }, () => service.comeBack(browser, from)))
    expect(visits.filter(({ title }) => title.startsWith('Allow'))).toHaveLength(1)
    expect(asked()).toBe(before + 1)
  })

  it('does not count after the browser has signed in otherwise meanwhile (82)', async () => {
    const browser = service.browser()
    const from = await service.leave(browser)
    await service.signIn(browser)
    await expectNothing(() => service.comeBack(browser, from), 400, FOREIGN)
  })

  it('does not count in a browser that keeps no cookie', async () => {
    const from = await service.leave(service.browser())
    await expectNothing(() => service.comeBack(service.browser(), from), 400, FOREIGN)
    expect(lastFailure()).toMatchObject({ reason: 'the browser has no cookie of ours' })
  })

  it('is not good at the path of another provider, and not at its own after that (85)', async () => {
    const browser = service.browser()
    const from = await service.leave(browser, { provider: 'evil' })
    const page = await expectNothing(
      () => service.comeBack(browser, from, { provider: 'acme' }),
      400,
      FOREIGN,
    )
    expect(page.html).toContain('href="/auth/sign-in?interaction=')
    expect(lastFailure()).toMatchObject({
      provider: 'acme',
      reason: expect.stringContaining('provider evil'),
    })
    await expectNothing(() => service.comeBack(browser, from, { provider: 'evil' }), 400, FOREIGN)
  })

  it.each([
    ['without a state', { state: null }],
    ['with an empty state', { state: '' }],
    ['with a state that we never gave', { state: 'x'.repeat(43) }],
    ['with a huge state', { state: 'x'.repeat(8000) }],
  ])('leads nowhere %s (84)', async (_what, answer) => {
    const browser = service.browser()
    const from = await service.leave(browser)
    const before = await rows('provider_sign_ins')
    await expectNothing(() => service.comeBack(browser, from, { answer }), 400, FOREIGN)
    expect(await rows('provider_sign_ins')).toEqual(before)
  })

  it.each(['state', 'code', 'iss', 'error'])('leads nowhere with two of %s (12)', async (name) => {
    const browser = service.browser()
    const from = await service.leave(browser)
    const query = `code=a&state=${from.searchParams.get('state')}&${name}=1&${name}=2`
    await expectNothing(() => browser.open(`/auth/providers/acme/callback?${query}`), 400, 'couldn’t read')
    expect(lastFailure()).toMatchObject({ reason: expect.stringContaining('repeated') })
  })

  it('leads nowhere half an hour after the browser left', async () => {
    const browser = service.browser()
    const from = await service.leave(browser)
    service.context.advanceSeconds(30 * 60)
    const page = await expectNothing(() => service.comeBack(browser, from), 400, 'open too long')
    expect(page.html).toContain('href="/auth/authorize?client_id=authcli')
  })

  it('writes nothing to the database for a browser that nobody knows (73)', async () => {
    const tables = ['browser_sessions', 'provider_sign_ins', 'identities', 'throttles'] as const
    const all = () => Promise.all(tables.map(rows))
    const before = await all()
    const query = `code=a&state=${'x'.repeat(43)}`
    await expectNothing(() => service.browser().open(`/auth/providers/acme/callback?${query}`), 400, FOREIGN)
    expect(await all()).toEqual(before)
  })

  it('is a GET, and nothing else', async () => {
    for (const path of ['/auth/providers/acme', '/auth/providers/acme/callback']) {
      expect((await service.browser().post(path, 'state=a')).status).toBe(404)
    }
    const head = await service.app.inject({ method: 'HEAD', url: '/auth/providers/acme/callback' })
    expect(head.statusCode).toBe(404)
  })
})

describe('a provider that answers', () => {
  it.each<[ConstructorParameters<typeof ProviderError>[1], ProviderStep, number, string]>([
    ['refused', 'authorization', 403, 'Acme tells us that you said no'],
    ['unreachable', 'token', 502, 'Acme didn’t answer, or not in time'],
    ['wrong', 'identity', 502, 'What Acme tells us about you can’t be relied on'],
    ['stale', 'identity', 403, 'Acme doesn’t say that you just did'],
  ])('and is %s in the step %s leaves nobody signed in', async (fault, step, status, words) => {
    const browser = service.browser()
    const from = await service.leave(browser)
    service.proves = new ProviderError(step, fault, '<b>the exact reason</b>')
    const [sessions, identities] = [await rows('browser_sessions'), await rows('identities')]
    const page = await service.comeBack(browser, from)
    expect(page).toMatchObject({ status, sentTo: undefined })
    expect(page.text).toContain(words)
    expect(page.html).not.toContain('exact reason')
    expect(page.html).toContain('href="/auth/sign-in?interaction=')
    expect(lastFailure()).toMatchObject({
      provider: 'acme',
      clientId: 'authcli',
      reason: `${step}: <b>the exact reason</b>`,
    })
    expect([await rows('browser_sessions'), await rows('identities')]).toEqual([sessions, identities])
    service.proves = service.somebody()
    expect((await service.comeBack(browser, from)).status).toBe(400)
  })

  it('with a long story has a short line in the log', async () => {
    const browser = service.browser()
    const from = await service.leave(browser)
    service.proves = new ProviderError('token', 'wrong', 'x'.repeat(100_000))
    await service.comeBack(browser, from)
    expect(String(lastFailure()?.['reason']).length).toBeLessThanOrEqual(500)
  })

  it('and a fault of our own are told apart', async () => {
    const browser = service.browser()
    const from = await service.leave(browser)
    service.proves = new Error('what nobody should see')
    const page = await service.comeBack(browser, from)
    expect(page.status).toBe(500)
    expect(page.html).not.toContain('nobody should see')
  })
})
