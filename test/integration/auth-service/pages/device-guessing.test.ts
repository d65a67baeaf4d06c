import { randomInt } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { enterUserCode } from '../../../../server/auth-service/device-code-guessing.js'
import { createUserCode } from '../../../../server/auth-service/tokens/device-codes.js'
import { type DeviceStart, startDevice } from '../../../support/auth-service/device-logins.js'
import { fieldsOf, type PageBrowser, type PageVisit } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'

const MINUTE = 60

let service: PageService
let start: DeviceStart
beforeEach(async () => {
  service = await pageService()
  start = await startDevice(service)
})
afterEach(() => service.close())

/** A browser in which somebody is signed in. */
async function signedIn(username: string, ip?: string): Promise<PageBrowser> {
  const browser = service.browser(ip)
  await service.signIn(browser, {}, { username })
  return browser
}

async function enter(browser: PageBrowser, code: string): Promise<PageVisit> {
  return browser.submit(await browser.open('/auth/device'), { press: 'Continue', fill: { user_code: code } })
}

/** What `enter` came to: whether the code was looked at, and whether it led on. */
async function guess(browser: PageBrowser, code = createUserCode()): Promise<'wrong' | 'right' | 'blocked'> {
  const { status, title } = await enter(browser, code)
  if (status === 429) return 'blocked'
  return title.startsWith('Allow') ? 'right' : 'wrong'
}

async function guesses(browser: PageBrowser, times: number): Promise<Set<string>> {
  const results = new Set<string>()
  for (let tries = 0; tries < times; tries++) results.add(await guess(browser))
  return results
}

describe('guessing user codes', () => {
  it('ends after five wrong ones for the person and the place, even with the right one (74)', async () => {
    const browser = await signedIn('ada')
    expect(await guesses(browser, 5)).toEqual(new Set(['wrong']))
    const visit = await enter(browser, start.user_code)
    expect([visit.status, visit.headers['retry-after']]).toEqual([429, '600'])
    expect(visit.title).toMatch(/^Too many wrong codes/)
    expect(service.audit().at(-1)).toMatchObject({ event: 'throttled', reason: 'too many wrong user codes' })
  })

  it('is counted for a person wherever they are, and for a place whoever is there (74) (80)', async () => {
    await service.context.addAccount({ username: 'grace' })
    await service.context.addAccount({ username: 'alan' })
    await guesses(await signedIn('grace', '192.0.2.1'), 5)
    expect(await guess(await signedIn('grace', '192.0.2.2'), start.user_code)).toBe('blocked')
    expect(await guess(await signedIn('alan', '192.0.2.1'), start.user_code)).toBe('blocked')
    expect(await guess(await signedIn('alan', '192.0.2.2'), start.user_code)).toBe('right')
  })

  it('is counted for the first half of an IPv6 address (V13)', async () => {
    await service.context.addAccount({ username: 'grace' })
    await service.context.addAccount({ username: 'alan' })
    await guesses(await signedIn('grace', '2001:db8::1'), 5)
    expect(await guess(await signedIn('alan', '2001:db8::2'), start.user_code)).toBe('blocked')
    expect(await guess(await signedIn('alan', '2001:db8:0:1::1'), start.user_code)).toBe('right')
  })

  it('is looked at again when the codes of then are over (74)', async () => {
    const browser = await signedIn('ada')
    await guesses(browser, 5)
    service.context.advanceSeconds(10 * MINUTE)
    start = await startDevice(service)
    expect(await guess(browser, start.user_code)).toBe('right')
  })

  it('costs a person who mistypes nothing: the right code leads on, and doesn’t count (74)', async () => {
    const browser = await signedIn('ada')
    expect(await guesses(browser, 4)).toEqual(new Set(['wrong']))
    for (let codes = 0; codes < 10; codes++) {
      expect(await guess(browser, (await startDevice(service)).user_code)).toBe('right')
    }
  })

  it('is for nobody who isn’t signed in: a code tells them nothing (74)', async () => {
    const browser = service.browser()
    const [wrong, right] = [await enter(browser, createUserCode()), await enter(browser, start.user_code)]
    expect(wrong.title).toMatch(/^Sign in/)
    expect(wrong.text).toBe(right.text)
  })

  it('is not got round by going to the last page with what the first one holds (74)', async () => {
    const browser = await signedIn('ada')
    const confirm = (interaction: string | undefined) =>
      browser.open(`/auth/device/confirm?${new URLSearchParams({ interaction: interaction ?? '' })}`)
    const link = await browser.open(`/auth/device?user_code=${start.user_code}`)
    const visit = await confirm(fieldsOf(link).get('interaction') ?? undefined)
    expect(visit.title).toMatch(/^That code leads nowhere/)
    await guesses(browser, 5)
    const blocked = await enter(browser, start.user_code)
    const [, again] = blocked.html.match(/interaction=([\w-]+)/) ?? []
    expect((await confirm(again)).title).toMatch(/^That code leads nowhere/)
  })

  it('of everybody together ends after a hundred wrong ones in ten minutes, for a minute (74)', async () => {
    const entry = (tries: number, userCode = createUserCode()) =>
      enterUserCode(service.context, {
        userCode,
        browser: 'a browser',
        accountId: `account ${tries}`,
        ip: `192.0.2.${tries}`,
      })
    for (let tries = 0; tries < 100; tries++) {
      expect(await entry(tries)).toEqual({ refused: 'there is no such code' })
    }
    expect(await entry(100, start.user_code)).toEqual({ blockedUntil: service.context.now() + MINUTE * 1000 })
    service.context.advanceSeconds(MINUTE)
    expect(await entry(101, start.user_code)).toEqual({ claimed: true })
  })

  it('by one person at one place finds a code with less than one chance in 2³² while it lives, at any pace (74)', async () => {
    const entry = { browser: 'a browser', accountId: 'an account', ip: '192.0.2.1' }
    const looks: number[] = []
    for (let tries = 0; tries < 1_000; tries++) {
      const entered = await enterUserCode(service.context, { ...entry, userCode: createUserCode() })
      if ('refused' in entered) looks.push(service.context.now())
      // Bursts, pauses of any length, and four just before a window ends.
      service.context.advanceSeconds([0, 0, 0, randomInt(1, 60), randomInt(500, 700)][randomInt(5)] ?? 0)
    }
    const inTheLifeOfACode = looks.map(
      (at) => looks.filter((other) => other >= at && other < at + 600_000).length,
    )
    const most = Math.max(...inTheLifeOfACode)
    expect(most / 20 ** 8).toBeLessThan(2 ** -32)
    expect(most).toBe(5)
  })
})

describe('guessing passwords on the way from a code', () => {
  it('is counted as everywhere else (80)', async () => {
    const browser = service.browser('192.0.2.1')
    const wrong = { username: 'ada', password: 'guess' }
    let page = await enter(browser, start.user_code)
    for (let tries = 0; tries < 10; tries++) {
      page = await browser.submit(page, { press: 'Sign in', fill: wrong })
      expect(page.title).toMatch(/^Not signed in/)
    }
    expect((await browser.submit(page, { press: 'Sign in', fill: wrong })).status).toBe(429)
    expect((await service.signIn(service.browser('192.0.2.1'))).status).toBe(429)
  })
})
