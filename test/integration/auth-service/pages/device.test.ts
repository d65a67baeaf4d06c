import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashBrowserId } from '../../../../server/auth-service/browser/browser-id.js'
import { setDeviceScopes } from '../../../../server/auth-service/store/clients.js'
import { endLoginsOfAccount } from '../../../../server/auth-service/store/logins.js'
import { type DeviceStart, poll, rowOf, startDevice } from '../../../support/auth-service/device-logins.js'
import type { PageBrowser, PageVisit } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

let service: PageService
let start: DeviceStart
let browser: PageBrowser
beforeEach(async () => {
  service = await pageService()
  start = await startDevice(service)
  browser = service.browser()
})
afterEach(() => service.close())

/** Opens the link of the device and presses what is there, up to the page where the person decides. */
async function enter(person: PageBrowser, username = 'ada', { user_code } = start): Promise<PageVisit> {
  const link = await person.open(`/auth/device?user_code=${user_code}`)
  const next = await person.submit(link, { press: 'Continue' })
  if (!next.title.startsWith('Sign in')) return next
  return person.submit(next, { press: 'Sign in', fill: { username, password: TEST_PASSWORD } })
}

const titleOf = ({ title }: PageVisit) => title.replace(/ · .*/, '')
const consentTitle = () => `Allow authcli with the code ${start.user_code}?`
const events = () => service.audit().map(({ event }) => event)

describe('a person with a code', () => {
  it('enters it, signs in, sees what is asked, allows it, and the device gets its tokens (76)', async () => {
    const empty = await browser.open('/auth/device')
    expect(titleOf(empty)).toBe('Enter the code')
    const typed = start.user_code.toLowerCase().replace('-', ' ')
    const signIn = await browser.submit(empty, { press: 'Continue', fill: { user_code: typed } })
    expect(titleOf(signIn)).toBe('Sign in')
    const fill = { username: 'ada', password: TEST_PASSWORD }
    const consent = await browser.submit(signIn, { press: 'Sign in', fill })
    expect(titleOf(consent)).toBe(consentTitle())
    expect((await poll(service, start)).body).toMatchObject({ error: 'authorization_pending' })
    const done = await browser.submit(consent, { press: 'Allow' })
    expect(titleOf(done)).toBe('Allowed')
    service.context.advanceSeconds(5)
    const { status, body } = await poll(service, start)
    expect([status, body['scope']]).toEqual([200, 'openid profile items:read'])
    expect(events()).toEqual(['device-started', 'sign-in', 'device-approved', 'token-issued'])
    const grants = service.audit().flatMap(({ grantId }) => grantId ?? [])
    expect(new Set(grants).size).toBe(1)
    expect(grants).toHaveLength(3)
  })

  it('sees the code, who asks, for what, as whom, from where and since when, and a warning (76) (77)', async () => {
    service.context.advanceSeconds(120)
    const { text } = await enter(browser)
    for (const words of [
      start.user_code,
      'Allow authcli to use your account?',
      'Only if you have just started it yourself, on a device that shows this code.',
      'this computer',
      '2 minutes ago, at 03:04 UTC',
      'Ada Lovelace',
      'Recognise you',
      'See your items',
      'Stay signed in for you',
      '127.0.0.1:9001',
      'If somebody sent you the code, or told you to come here, decline',
    ]) {
      expect(text).toContain(words)
    }
    expect(text).not.toContain('Add and delete items')
  })

  it('declines by a button that looks like the other and comes before it (77)', async () => {
    const consent = await enter(browser)
    const labels = consent.forms[0]?.buttons.map(({ label }) => label)
    expect(labels).toEqual(['Use another account', 'Decline', 'Allow'])
    const [decline, allow] = ['deny', 'allow'].map(
      (value) => consent.html.match(new RegExp(`<button([^>]*) name="decision" value="${value}"`))?.[1],
    )
    expect(decline).toBe(allow)
    const done = await browser.submit(consent, { press: 'Decline' })
    expect(titleOf(done)).toBe('Declined')
    expect((await poll(service, start)).body).toMatchObject({ error: 'access_denied' })
    expect(events()).toEqual(['device-started', 'sign-in', 'device-denied', 'token-refused'])
  })

  it('changes nothing by opening the link, signed in or not, as often as it is opened (76)', async () => {
    const before = await rowOf(service.context, start.user_code)
    await service.signIn(browser)
    for (const person of [browser, service.browser()]) {
      const visit = await person.open(`/auth/device?user_code=${start.user_code}`)
      expect(titleOf(visit)).toBe('Compare the code')
      expect(visit.forms[0]?.fields.find(({ name }) => name === 'user_code')?.value).toBe(start.user_code)
      expect(visit.text).not.toContain('authcli')
    }
    expect(await rowOf(service.context, start.user_code)).toEqual(before)
  })

  it('approves nothing by going to the last page, pressing no button, or an unknown one (76)', async () => {
    const consent = await enter(browser)
    expect(titleOf(await browser.open(consent.path))).toBe(consentTitle())
    expect((await browser.submit(consent)).status).toBe(400)
    expect((await poll(service, start)).body).toMatchObject({ error: 'authorization_pending' })
  })

  it('may press twice, load again and go back: the first decision counts', async () => {
    const consent = await enter(browser)
    expect(titleOf(await browser.submit(consent, { press: 'Allow' }))).toBe('Allowed')
    expect(titleOf(await browser.submit(consent, { press: 'Decline' }))).toBe('Allowed')
    expect(titleOf(await browser.open(consent.path))).toBe('Allowed')
    expect(titleOf(await enter(browser))).toBe('Allowed')
    expect((await poll(service, start)).status).toBe(200)
    expect(titleOf(await browser.submit(consent, { press: 'Allow' }))).toBe('Allowed')
    expect(events().filter((event) => event === 'device-approved')).toHaveLength(1)
  })

  it('may use another account, and the code stays with the browser', async () => {
    const grace = await service.context.addAccount({ username: 'grace', name: 'Grace Hopper' })
    const consent = await enter(browser)
    const signIn = await browser.submit(consent, { press: 'Use another account' })
    const fill = { username: 'grace', password: TEST_PASSWORD }
    const other = await browser.submit(signIn, { press: 'Sign in', fill })
    expect(titleOf(other)).toBe(consentTitle())
    expect(other.text).toContain('Grace Hopper')
    await browser.submit(other, { press: 'Allow' })
    const { body } = await poll(service, start)
    expect((await service.introspect(String(body['access_token']))).body['sub']).toBe(grace.id)
  })

  it('gets a new id for the browser when they sign in, and a planted one is worth nothing (82)', async () => {
    const link = await browser.open(`/auth/device?user_code=${start.user_code}`)
    const signIn = await browser.submit(link)
    const before = browser.cookies()
    const fill = { username: 'ada', password: TEST_PASSWORD }
    const consent = await browser.submit(signIn, { press: 'Sign in', fill })
    expect(browser.cookies()).not.toEqual(before)
    const { claimed_by } = await rowOf(service.context, start.user_code)
    expect(claimed_by).toBe(hashBrowserId(browser.cookies()[0] ?? ''))
    expect(titleOf(consent)).toBe(consentTitle())
  })

  it('who closes the page and opens the link again goes on there', async () => {
    await enter(browser)
    expect(titleOf(await enter(browser))).toBe(consentTitle())
  })

  it('is asked again in the same way for the next device, whatever was allowed before (41)', async () => {
    await browser.submit(await enter(browser), { press: 'Allow' })
    start = await startDevice(service)
    const again = await enter(browser)
    expect(titleOf(again)).toBe(consentTitle())
    expect((await poll(service, start)).body).toMatchObject({ error: 'authorization_pending' })
  })

  it('who was disabled, or got another password, allows nothing any more (62) (V14)', async () => {
    const consent = await enter(browser)
    await service.context.store.write((transaction) =>
      transaction.updateTable('accounts').set({ disabled_at: 1 }).execute(),
    )
    expect(titleOf(await browser.submit(consent, { press: 'Allow' }))).toBe('Sign in')
    expect((await poll(service, start)).body).toMatchObject({ error: 'authorization_pending' })
  })

  it('who is signed out everywhere at that moment allows nothing (62)', async () => {
    const consent = await enter(browser)
    const { store } = service.context
    service.context.store = {
      ...store,
      async write(job) {
        const { now } = service.context
        await store.write((transaction) => endLoginsOfAccount(transaction, service.account.id, 'test', now()))
        return store.write(job)
      },
    }
    expect(titleOf(await browser.submit(consent, { press: 'Allow' }))).toBe('Sign in')
    service.context.store = store
    expect((await rowOf(service.context, start.user_code)).approved_at).toBeNull()
  })
})

describe('a code that leads nowhere', () => {
  const nowhere = 'That code leads nowhere'

  it('is told at once where it can be no code, without anybody signing in', async () => {
    const page = await browser.open('/auth/device')
    const visit = await browser.submit(page, { press: 'Continue', fill: { user_code: 'hello <b>' } })
    expect(titleOf(visit)).toBe(nowhere)
    expect(visit.html).not.toContain('<b>"')
    expect(visit.forms[0]?.fields.find(({ name }) => name === 'user_code')?.value).toBe('hello <b>')
  })

  it('looks the same whether it never was, is over, or is somebody else’s, and only for who is signed in (78)', async () => {
    const thief = service.browser()
    const never = await enter(service.browser(), 'ada', { ...start, user_code: 'BBBB-BBBB' })
    await enter(thief)
    const theirs = await enter(browser)
    const old = await startDevice(service)
    service.context.advanceSeconds(600)
    const over = await enter(service.browser(), 'ada', old)
    const bodies = [never, theirs, over].map(({ text }) => text)
    expect(new Set(bodies).size).toBe(1)
    expect(titleOf(over)).toBe(nowhere)
    const reasons = service
      .audit()
      .flatMap(({ event, reason }) => (event === 'device-code-refused' ? [reason] : []))
    expect(reasons).toEqual([
      'there is no such code',
      'the code was entered in another browser',
      'the code has expired',
    ])
  })

  it('cannot be decided by a second session, of another person or the same, nor seen (78) (V10)', async () => {
    const consent = await enter(browser)
    const other = await service.context.addAccount({ username: 'mallory' })
    for (const username of [other.username, 'ada']) {
      const second = service.browser()
      expect(titleOf(await enter(second, username))).toBe(nowhere)
      for (const press of ['Allow', 'Decline']) {
        const visit = await second.submit(consent, { press })
        expect(visit.passed[0]?.status === 403 || titleOf(visit) === 'Compare the code').toBe(true)
      }
      expect(titleOf(await second.open(consent.path))).not.toBe(consentTitle())
    }
    expect((await rowOf(service.context, start.user_code)).account_id).toBeNull()
    expect(titleOf(await browser.submit(consent, { press: 'Allow' }))).toBe('Allowed')
  })

  it('is one whose client may not use codes any more (72)', async () => {
    const consent = await enter(browser)
    await service.context.store.write((transaction) => setDeviceScopes(transaction, 'authcli', null))
    expect(titleOf(await browser.submit(consent, { press: 'Allow' }))).toBe(nowhere)
    expect((await rowOf(service.context, start.user_code)).approved_at).toBeNull()
  })

  it('is one that ended while the page was open (75)', async () => {
    const consent = await enter(browser)
    service.context.advanceSeconds(600)
    expect(titleOf(await browser.submit(consent, { press: 'Allow' }))).toBe(nowhere)
    expect((await poll(service, start)).body).toMatchObject({ error: 'expired_token' })
  })

  it('in a link is no script, and no second value (12) (14)', async () => {
    const visit = await browser.open(
      `/auth/device?user_code=${encodeURIComponent('"><script>alert(1)</script>')}`,
    )
    expect(visit.html).not.toContain('<script')
    expect((await browser.open('/auth/device?user_code=A&user_code=B')).status).toBe(400)
  })
})
