import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { fieldsOf, type PageVisit } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { serve } from '../../../support/auth-service/test-auth-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

let service: PageService
beforeEach(async () => {
  service = await pageService()
})
afterEach(() => service.close())

const ACCOUNT_LIMIT = 10
const SOURCE_LIMIT = 100
const SITE_LIMIT = 300

describe('guessing', () => {
  it('at one account from one source ends after ten failures, for five minutes (80, V13)', async () => {
    await fail({ times: ACCOUNT_LIMIT, ip: '192.0.2.1' })
    const visit = await attempt({ ip: '192.0.2.1' })
    expect(visit.status).toBe(429)
    expect(visit.headers['retry-after']).toBe('300')
    expect(visit.text).toContain('Your account isn’t locked.')
    expect(visit.text).toContain('Try again in 5 minutes.')
    service.context.advanceSeconds(299)
    expect((await attempt({ ip: '192.0.2.1' })).status).toBe(429)
    service.context.advanceSeconds(1)
    expect((await attempt({ ip: '192.0.2.1' })).title).toMatch(/^Allow/)
  })

  it('does not end for the right password before the limit, which then counts from nothing (80)', async () => {
    await fail({ times: ACCOUNT_LIMIT - 1, ip: '192.0.2.1' })
    expect((await attempt({ ip: '192.0.2.1' })).title).toMatch(/^Allow/)
    await fail({ times: ACCOUNT_LIMIT - 1, ip: '192.0.2.1' })
    expect((await attempt({ ip: '192.0.2.1' })).title).toMatch(/^Allow/)
  })

  it('locks nobody out anywhere else (80)', async () => {
    await fail({ times: ACCOUNT_LIMIT, ip: '192.0.2.1' })
    expect((await attempt({ ip: '192.0.2.2' })).title).toMatch(/^Allow/)
  })

  it('leaves other people at the same source alone (80)', async () => {
    await service.context.addAccount({ username: 'grace' })
    await fail({ times: ACCOUNT_LIMIT, ip: '192.0.2.1' })
    expect((await attempt({ ip: '192.0.2.1', username: 'grace' })).title).toMatch(/^Allow/)
  })

  it.each([
    ['ADA', 'ada'],
    [' ada ', 'ada'],
    ['nobody', 'nobody'],
  ])('at %j counts as at %j, whether or not there is such an account (80, 81)', async (typed, same) => {
    await fail({ times: ACCOUNT_LIMIT - 1, ip: '192.0.2.1', username: typed })
    await fail({ times: 1, ip: '192.0.2.1', username: same })
    expect((await attempt({ ip: '192.0.2.1', username: same })).status).toBe(429)
  })

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('from %s counts as from %s (80, V13)', async (one, other) => {
    await fail({ times: ACCOUNT_LIMIT, ip: one })
    expect((await attempt({ ip: other })).status).toBe(429)
  })

  it('from the next network is another source (80, V13)', async () => {
    await fail({ times: ACCOUNT_LIMIT, ip: '2001:db8:1:2::1' })
    expect((await attempt({ ip: '2001:db8:1:3::1' })).title).toMatch(/^Allow/)
  })

  it('from the networks of one site ends after three hundred failures, for a minute (80, V13)', async () => {
    for (let each = 0; each < SITE_LIMIT; each++) {
      await fail({ times: 1, ip: `2001:db8:1:${each.toString(16)}::1`, username: `person-${each % 50}` })
    }
    const visit = await attempt({ ip: '2001:db8:1:ffff::1' })
    expect(visit.status).toBe(429)
    expect(visit.headers['retry-after']).toBe('60')
    expect((await attempt({ ip: '2001:db8:2::1' })).title).toMatch(/^Allow/)
    expect((await attempt({ ip: '::ffff:192.0.2.1' })).title).toMatch(/^Allow/)
    service.context.advanceSeconds(60)
    expect((await attempt({ ip: '2001:db8:1:ffff::1' })).title).toMatch(/^Allow/)
  })

  it('from one source ends after a hundred failures, whatever was tried, for a minute (80)', async () => {
    for (let each = 0; each < SOURCE_LIMIT / 2; each++) {
      await fail({ times: 2, ip: '192.0.2.1', username: `person-${each}` })
    }
    const visit = await attempt({ ip: '192.0.2.1' })
    expect(visit.status).toBe(429)
    expect(visit.headers['retry-after']).toBe('60')
    expect((await attempt({ ip: '192.0.2.2' })).title).toMatch(/^Allow/)
    service.context.advanceSeconds(60)
    expect((await attempt({ ip: '192.0.2.1' })).title).toMatch(/^Allow/)
  })

  it('is not paid for with an account of one’s own (80)', async () => {
    await service.context.addAccount({ username: 'mallory' })
    for (let each = 0; each < SOURCE_LIMIT; each++) {
      await fail({ times: 1, ip: '192.0.2.1', username: `person-${each}` })
      if (each % 10 === 0) await attempt({ ip: '192.0.2.1', username: 'mallory' })
    }
    expect((await attempt({ ip: '192.0.2.1', username: 'mallory' })).status).toBe(429)
  })

  it('is not quicker with many at once (80)', async () => {
    const pages = await Promise.all(Array.from({ length: 30 }, () => signInPage('192.0.2.1')))
    const results = await Promise.all(
      pages.map(({ browser, page }) =>
        browser.submit(page, { press: 'Sign in', fill: { username: 'ada', password: 'guess' } }),
      ),
    )
    expect(results.filter(({ status }) => status === 429)).toHaveLength(30 - ACCOUNT_LIMIT)
  })

  it('is counted again once the window is over, and not before (80)', async () => {
    await fail({ times: ACCOUNT_LIMIT - 1, ip: '192.0.2.1' })
    service.context.advanceSeconds(15 * 60)
    await fail({ times: ACCOUNT_LIMIT - 1, ip: '192.0.2.1' })
    expect((await attempt({ ip: '192.0.2.1' })).title).toMatch(/^Allow/)
  })

  it('is counted by all replicas together, and over restarts (80)', async () => {
    await fail({ times: ACCOUNT_LIMIT, ip: '192.0.2.1' })
    const replica = serve(service.context, service.account)
    const { browser, page } = await signInPage('192.0.2.1')
    const form = fieldsOf(page)
    form.set('username', 'ada')
    form.set('password', TEST_PASSWORD)
    const answer = await replica.app.inject({
      method: 'POST',
      url: '/auth/sign-in',
      remoteAddress: '192.0.2.1',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: `${page.passed[0]?.setCookie.split('=', 1)[0]}=${browser.cookies()[0]}`,
      },
      payload: form.toString(),
    })
    expect(answer.statusCode).toBe(429)
  })

  it.each([
    { 'x-forwarded-for': '198.51.100.7' },
    { forwarded: 'for=198.51.100.7' },
    { 'x-real-ip': '198.51.100.7' },
  ])('is not spread by a header that nobody trusts: %j (20, V13)', async (headers) => {
    await fail({ times: ACCOUNT_LIMIT, ip: '192.0.2.1' })
    expect((await attempt({ ip: '192.0.2.1', headers })).status).toBe(429)
  })

  it('behind a listed proxy is counted by the address that the proxy names (20)', async () => {
    await service.close()
    service = await pageService({ trustedProxies: ['192.0.2.1'] })
    await fail({ times: ACCOUNT_LIMIT, ip: '192.0.2.1', headers: { 'x-forwarded-for': '198.51.100.7' } })
    expect((await attempt({ ip: '192.0.2.1', headers: { 'x-forwarded-for': '198.51.100.7' } })).status).toBe(
      429,
    )
    expect(
      (await attempt({ ip: '192.0.2.1', headers: { 'x-forwarded-for': '198.51.100.8' } })).title,
    ).toMatch(/^Allow/)
  })

  it('ends for the confirmation of a password as for a sign-in (80, V13)', async () => {
    const browser = service.browser('192.0.2.1')
    await service.signIn(browser)
    for (let times = 0; times < ACCOUNT_LIMIT; times++) {
      const page = await browser.open(authorizationPath({ prompt: 'login' }))
      await browser.submit(page, { press: 'Sign in', fill: { password: 'guess' } })
    }
    const page = await browser.open(authorizationPath({ prompt: 'login' }))
    const visit = await browser.submit(page, { press: 'Sign in', fill: { password: TEST_PASSWORD } })
    expect(visit.status).toBe(429)
  })

  it('leaves nothing in the database that was typed (53)', async () => {
    await fail({ times: 1, ip: '192.0.2.1', username: 'my-password-by-mistake' })
    const rows = await service.context.store.read.selectFrom('throttles').selectAll().execute()
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toMatch(/by-mistake|192\.0\.2/)
  })

  it('is written down when it ends', async () => {
    await fail({ times: ACCOUNT_LIMIT, ip: '192.0.2.1' })
    await attempt({ ip: '192.0.2.1' })
    expect(service.audit().at(-1)).toMatchObject({ event: 'throttled', source: '192.0.2.1' })
  })
})

interface Attempt {
  ip: string
  username?: string
  password?: string
  headers?: Record<string, string>
}

async function signInPage(ip: string) {
  const browser = service.browser(ip)
  return { browser, page: await browser.open(authorizationPath()) }
}

/** Signs in with the right password unless told otherwise. */
async function attempt({
  ip,
  username = 'ada',
  password = TEST_PASSWORD,
  headers = {},
}: Attempt): Promise<PageVisit> {
  const { browser, page } = await signInPage(ip)
  return browser.submit(page, {
    press: 'Sign in',
    fill: { username, password },
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
  })
}

async function fail({ times, ...rest }: Attempt & { times: number }): Promise<void> {
  for (let each = 0; each < times; each++) {
    const visit = await attempt({ ...rest, password: 'guess' })
    expect(visit.text).toContain('is not right')
  }
}
