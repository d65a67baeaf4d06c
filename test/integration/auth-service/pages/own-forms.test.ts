import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { startDevice } from '../../../support/auth-service/device-logins.js'
import { fieldsOf, type PageVisit } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { makePasswordLink } from '../../../support/auth-service/password-links.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

let service: PageService
beforeAll(async () => {
  service = await pageService()
})
afterAll(() => service.close())

const CREDENTIALS = { username: 'ada', password: TEST_PASSWORD }

const NEW_PASSWORD = 'a new horse and its battery'

/** The forms of the pages, each on its page, with the press that would do something. */
const FORMS = {
  'sign-in': { press: 'Sign in', fill: CREDENTIALS },
  consent: { press: 'Allow', fill: {} },
  'sign-out': { press: 'Sign out', fill: {} },
  'device-code': { press: 'Continue', fill: {} },
  'device-consent': { press: 'Allow', fill: {} },
  'choose-password': { press: 'Use this password', fill: { password: NEW_PASSWORD, again: NEW_PASSWORD } },
}
type FormName = keyof typeof FORMS
const names = Object.keys(FORMS) as FormName[]

describe('a form', () => {
  it.each(
    names.flatMap((name) =>
      [
        { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
        { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:8000' },
        { 'sec-fetch-site': 'cross-site', origin: 'null' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ].map((headers) => [name, headers] as const),
    ),
  )('of the %s page does nothing when it was posted elsewhere: %j (18)', async (name, headers) => {
    const { browser, page } = await open(name)
    const visit = await browser.submit(page, { ...FORMS[name], headers })
    expectNothingDone(visit)
    expect(visit.status).toBe(403)
  })

  it.each(names)('of the %s page does nothing with the token of another browser (18)', async (name) => {
    const { browser, page } = await open(name)
    const other = (await open(name)).page
    const token = other.forms[0]?.fields.find((field) => field.name === 'token')?.value ?? ''
    const visit = await browser.submit(page, { ...FORMS[name], fill: { ...FORMS[name].fill, token } })
    expectNothingDone(visit)
    expect(visit.status).toBe(403)
  })

  it.each(names)('of the %s page does nothing without its token (18)', async (name) => {
    const { browser, page } = await open(name)
    const visit = await browser.submit(page, { ...FORMS[name], fill: { ...FORMS[name].fill, token: '' } })
    expectNothingDone(visit)
    expect(visit.status).toBe(403)
  })

  it.each(names)('of the %s page is worth nothing in another browser (18, V9)', async (name) => {
    const attacker = (await open(name)).page
    const victim = await open('consent')
    const before = await service.countCodes()
    const visit = await victim.browser.submit(attacker, FORMS[name])
    expectNothingDone(visit)
    expect(await service.countCodes()).toBe(before)
    expect(await countDecidedDevices()).toBe(0)
    expect((await victim.browser.open('/auth/signed-out')).title).toMatch(/^Signed in/)
  })

  it.each(names)('of the %s page is not understood when a field comes twice (12)', async (name) => {
    const { browser, page } = await open(name)
    const [form] = page.forms
    const fields = (form?.fields ?? []).map(({ name, value }) => [name, value] as [string, string])
    for (const field of fields) {
      const visit = await browser.post(form?.action.pathname ?? '', new URLSearchParams([...fields, field]))
      expectNothingDone(visit)
      expect(visit.status).toBe(400)
    }
  })

  it.each(names)('of the %s page is not taken for one of another page (48)', async (name) => {
    for (const other of names.filter((each) => each !== name)) {
      const { browser, page } = await open(name)
      const target = (await open(other)).page.forms[0]?.action.pathname ?? ''
      const form = fieldsOf(page)
      for (const decision of ['allow', 'deny', 'sign-out']) {
        form.set('decision', decision)
        expectNothingDone(await browser.post(target, form))
      }
    }
  })

  it('answers with 303 whatever comes of it (8)', async () => {
    const browser = service.browser()
    const failed = await service.signIn(browser, {}, { password: 'wrong' })
    const page = await browser.submit(failed, { press: 'Sign in', fill: CREDENTIALS })
    const other = await browser.submit(page, { press: 'Use another account' })
    const allowed = await browser.submit(page, { press: 'Allow' })
    const declined = await browser.submit(page, { press: 'Decline' })
    const signOut = await browser.open('/auth/logout')
    const stayed = await browser.submit(signOut, { press: 'Stay signed in' })
    const left = await browser.submit(signOut, { press: 'Sign out' })
    const { browser: another, page: code } = await open('device-code')
    const consent = await another.submit(code, { press: 'Continue' })
    const done = await another.submit(consent, { press: 'Allow' })
    for (const visit of [failed, page, other, allowed, declined, stayed, left, consent, done]) {
      expect(visit.passed[0]?.status).toBe(303)
    }
  })

  it('that was open while somebody signed in in another tab leads on from there', async () => {
    const { username } = await service.context.addAccount({ username: 'two-tabs' })
    const browser = service.browser()
    const one = await browser.open(authorizationPath())
    const two = await browser.open(authorizationPath({ state: 'two' }))
    const gesture = { press: 'Sign in', fill: { ...CREDENTIALS, username } }
    await browser.submit(one, gesture)
    const visit = await browser.submit(two, gesture)
    expect(visit.title).toMatch(/^Allow authcli/)
    expect((await browser.submit(visit, { press: 'Allow' })).sentTo?.searchParams.get('state')).toBe('two')
  })
})

async function open(name: FormName) {
  const browser = service.browser()
  if (name === 'sign-in') return { browser, page: await browser.open(authorizationPath()) }
  const account = await service.context.addAccount({ username: `person-${++people}` })
  const page = await service.signIn(browser, {}, { username: account.username })
  if (name === 'consent') return { browser, page }
  if (name === 'choose-password') {
    return { browser, page: await browser.open(await makePasswordLink(service.context, account.id)) }
  }
  if (name === 'sign-out') return { browser, page: await browser.open('/auth/logout') }
  const { user_code } = await startDevice(service)
  const code = await browser.open(`/auth/device?user_code=${user_code}`)
  return { browser, page: name === 'device-code' ? code : await browser.submit(code, { press: 'Continue' }) }
}

let people = 0

async function countDecidedDevices(): Promise<number> {
  const rows = await service.context.store.read
    .selectFrom('device_authorizations')
    .select('account_id')
    .where('account_id', 'is not', null)
    .execute()
  return rows.length
}

/** Nobody is signed in or out by it, and no client gets anything. */
function expectNothingDone(visit: PageVisit): void {
  expect(visit.sentTo).toBeUndefined()
  expect(visit.passed[0]?.setCookie).toBe('')
}
