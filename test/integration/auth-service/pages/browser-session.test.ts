import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { fieldsOf } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

let service: PageService
beforeAll(async () => {
  service = await pageService()
})
afterAll(() => service.close())

const sessions = () => service.context.store.read.selectFrom('browser_sessions').selectAll().execute()

describe('the session cookie', () => {
  it('on http loopback goes to the pages only, and to no script', async () => {
    const { passed } = await service.browser().open(authorizationPath())
    expect(passed[0]?.setCookie).toMatch(
      /^session-[0-9a-f]{8}=[\w-]{43}; Path=\/auth; HttpOnly; SameSite=Lax$/,
    )
  })

  it('on https is of this host only (82)', async () => {
    const secure = await pageService({ issuer: 'https://id.example.org' })
    const { passed } = await secure.browser().open(authorizationPath())
    expect(passed[0]?.setCookie).toMatch(
      /^__Host-session-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    await secure.close()
  })

  it('stays below the path of the issuer, as do all links and forms', async () => {
    const tenant = await pageService({ issuer: 'http://127.0.0.1:9000/tenant' })
    const browser = tenant.browser()
    const visit = await browser.open(`/tenant${authorizationPath()}`)
    expect(visit.passed[0]?.setCookie).toContain('; Path=/tenant/auth;')
    expect(visit.html).toMatch(/href="\/tenant\/auth\/style\.css\?[0-9a-f]{8}"/)
    const page = await browser.submit(visit, {
      press: 'Sign in',
      fill: { username: 'ada', password: TEST_PASSWORD },
    })
    const { sentTo } = await browser.submit(page, { press: 'Allow' })
    expect(sentTo?.searchParams.get('iss')).toBe('http://127.0.0.1:9000/tenant')
    expect((await browser.open('/tenant/auth/logout/decision')).status).toBe(405)
    expect((await browser.open('/tenant/')).path).toBe('/tenant/auth/signed-out')
    await tenant.close()
  })

  it('has another name for each issuer, because cookies ignore ports', async () => {
    const other = await pageService({ issuer: 'http://127.0.0.1:9001' })
    const nameOf = async (each: PageService) =>
      (await each.browser().open(authorizationPath())).passed[0]?.setCookie.split('=', 1)[0]
    expect(await nameOf(other)).not.toBe(await nameOf(service))
    await other.close()
  })

  it('changes at each sign-in, and the one before is worth nothing (82, V14)', async () => {
    const browser = service.browser()
    const page = await browser.open(authorizationPath())
    const [planted] = browser.cookies()
    const fill = { username: 'ada', password: TEST_PASSWORD }
    const signedIn = await browser.submit(page, { press: 'Sign in', fill })
    const [first] = browser.cookies()
    expect(first).not.toBe(planted)
    expect(signedIn.passed[0]?.setCookie).toContain(`; Max-Age=${8 * 3600}; `)
    expect(await isSignedIn(planted)).toBe(false)
    expect(await isSignedIn(first)).toBe(true)
    const again = await browser.open(authorizationPath({ prompt: 'login' }))
    await browser.submit(again, { press: 'Sign in', fill })
    const [second] = browser.cookies()
    expect(await isSignedIn(second)).toBe(true)
    expect(await isSignedIn(first)).toBe(false)
  })

  it('is kept as a hash only (32)', async () => {
    const browser = service.browser()
    await service.signIn(browser)
    expect(JSON.stringify(await sessions())).not.toContain(browser.cookies()[0])
    expect(JSON.stringify(service.log)).not.toContain(browser.cookies()[0])
  })

  it('is nothing after any change (V17)', async () => {
    const browser = service.browser()
    await service.signIn(browser)
    const [cookie = ''] = browser.cookies()
    expect(await isSignedIn(cookie)).toBe(true)
    for (const changed of [
      `${cookie}A`,
      cookie.slice(0, -1),
      ` ${cookie.slice(1)}`,
      cookie.toUpperCase(),
      cookie.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
      '',
      'undefined',
      '"',
    ]) {
      expect(await isSignedIn(changed), changed).toBe(false)
    }
  })

  it('ends with its time', async () => {
    const browser = service.browser()
    await service.signIn(browser)
    service.context.advanceSeconds(8 * 3600 - 1)
    expect(await isSignedIn(browser.cookies()[0])).toBe(true)
    service.context.advanceSeconds(1)
    expect(await isSignedIn(browser.cookies()[0])).toBe(false)
  })
})

describe('a browser in which nobody is signed in', () => {
  it('reaches no page but the one where one signs in (82, V14)', async () => {
    const browser = service.browser()
    const signInPage = await browser.open(authorizationPath())
    const form = fieldsOf(signInPage)
    form.set('decision', 'allow')
    const before = await service.countCodes()
    for (const visit of [
      await browser.open(signInPage.path.replace('/auth/sign-in', '/auth/consent')),
      await browser.post('/auth/consent', form),
    ]) {
      expect(visit.title).toMatch(/^Sign in/)
    }
    expect((await browser.post('/auth/logout/decision', form)).status).toBe(400)
    expect((await browser.open('/auth/signed-out')).title).toMatch(/^Signed out/)
    expect(await service.countCodes()).toBe(before)
  })

  it('that keeps no cookies is told so, and where to start again', async () => {
    const page = await service.browser().open(authorizationPath())
    for (const visit of [
      await service.browser().open(page.path),
      await service.browser().submit(page, { press: 'Sign in', fill: { username: 'ada', password: 'x' } }),
    ]) {
      expect(visit.status).toBe(400)
      expect(visit.text).toContain('allow our cookie')
      expect(visit.html).toMatch(/href="\/auth\/authorize\?client_id=authcli/)
    }
  })
})

async function isSignedIn(cookie: string | undefined): Promise<boolean> {
  const name = (await service.browser().open(authorizationPath())).passed[0]?.setCookie.split('=', 1)[0]
  const answer = await service.get('/auth/signed-out', { cookie: `${name}=${cookie}` })
  expect(answer.status).toBe(200)
  return answer.text.includes('You’re signed in')
}
