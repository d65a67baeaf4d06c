import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PasswordsBusyError } from '../../../../server/auth-service/passwords.js'
import { disableAccount, setPasswordHash } from '../../../../server/auth-service/store/accounts.js'
import type { Writer } from '../../../../server/auth-service/store/store.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

let service: PageService
beforeAll(async () => {
  service = await pageService()
  await service.context.addAccount({ username: 'gone', disabled_at: 1 })
})
afterAll(() => service.close())

describe('the sign-in page', () => {
  it('says who wants to know, and asks for a username first', async () => {
    const visit = await service.browser().open(authorizationPath())
    expect(visit.text).toContain('to continue to authcli, on this computer.')
    expect(visit.html).toMatch(/<input id="username"[^>]* autofocus>/)
  })

  it('holds the username of a login hint, and asks for the password first (83)', async () => {
    const visit = await service.browser().open(authorizationPath({ login_hint: 'ada"><script>' }))
    const field = visit.forms[0]?.fields.find(({ name }) => name === 'username')
    expect(field?.value).toBe('ada"><script>')
    expect(visit.html).toMatch(/<input id="password"[^>]* autofocus>/)
  })

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown account', { username: 'nobody' }],
    ['a disabled account', { username: 'gone' }],
    ['an empty password', { password: '' }],
    ['a password that is too long', { password: 'x'.repeat(2000) }],
    ['a password in another case', { password: TEST_PASSWORD.toUpperCase() }],
  ])('says the same after %s, and keeps the username (81)', async (_case, credentials) => {
    const visit = await service.signIn(service.browser(), {}, credentials)
    expect(visit.passed.map(({ status }) => status)).toEqual([303, 200])
    expect(visit.text).toContain('The username or the password is not right.')
    const typed = { username: 'ada', ...credentials }
    const fields = Object.fromEntries(visit.forms[0]?.fields.map(({ name, value }) => [name, value]) ?? [])
    expect(fields).toMatchObject({ username: typed.username, password: '' })
    expect(visit.html).toMatch(/<input id="password"[^>]* autofocus>/)
    expect(withoutWhatChanges(visit.html, typed.username)).toBe(
      withoutWhatChanges((await service.signIn(service.browser(), {}, { password: 'no' })).html, 'ada'),
    )
  })

  it('looks at a password whether or not there is such an account (81)', async () => {
    const seen: (string | null | undefined)[] = []
    const { passwords } = service.context
    const verify: typeof passwords.verify = (passwordHash, password) => {
      seen.push(passwordHash)
      return passwords.verify(passwordHash, password)
    }
    service.context.passwords = { ...passwords, verify }
    await service.signIn(service.browser(), {}, { username: 'nobody' })
    await service.signIn(service.browser(), {}, { username: 'gone' })
    service.context.passwords = passwords
    expect(seen).toEqual([undefined, expect.any(String)])
  })

  it.each(['ADA', ' ada ', 'Ada'])('knows the person who types %j', async (username) => {
    expect((await service.signIn(service.browser(), {}, { username })).title).toMatch(/^Allow/)
  })

  it('survives a username that is longer than an address may be', async () => {
    const browser = service.browser()
    const visit = await service.signIn(browser, {}, { username: 'x'.repeat(60_000) })
    expect(visit.text).toContain('is not right')
    expect(visit.path.length).toBeLessThan(4096)
  })

  // By an operator whose clock may be behind ours, or whose change took its time to be committed.
  it.each([
    ['a password that is changed', 'quick-0', setPasswordHashAt(0)],
    ['a password that is changed, as it seems before,', 'quick-1', setPasswordHashAt(-3_600_000)],
    ['an account that is disabled', 'quick-2', disableAccount],
  ])('leads nowhere with %s while it is looked at (62)', async (_what, username, change) => {
    const account = await service.context.addAccount({ username })
    const { passwords, store } = service.context
    const verify: typeof passwords.verify = async (passwordHash, password) => {
      const isRight = await passwords.verify(passwordHash, password)
      await store.write((transaction) => change(transaction, account.id, service.context.now()))
      return isRight
    }
    service.context.passwords = { ...passwords, verify }
    const browser = service.browser()
    const visit = await service.signIn(browser, {}, { username })
    service.context.passwords = passwords
    expect(visit.title).toMatch(/^Not signed in/)
    const sessions = store.read.selectFrom('browser_sessions').where('account_id', '=', account.id)
    expect(await sessions.selectAll().execute()).toEqual([])
  })

  it('writes an audit line that says why, and never what was typed (53)', async () => {
    const before = service.log.length
    const browser = service.browser('192.0.2.7')
    await service.signIn(browser, {}, { username: 'my-password-by-mistake', password: 'hunter2' })
    await service.signIn(browser, {}, { password: 'hunter2' })
    const lines = service.log.slice(before)
    const failures = lines.filter(({ event }) => event === 'sign-in-failed')
    expect(failures).toMatchObject([
      { reason: 'unknown-account', clientId: 'authcli', source: '192.0.2.7' },
      { reason: 'wrong-password', accountId: service.account.id },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|by-mistake/)
  })

  it('asks for a moment of patience, and keeps the username, when too many passwords are being checked', async () => {
    const { passwords } = service.context
    const verify = async () => {
      throw new PasswordsBusyError()
    }
    const browser = service.browser()
    service.context.passwords = { ...passwords, verify }
    const busy = await service.signIn(browser)
    service.context.passwords = passwords
    expect(busy.status).toBe(503)
    expect(busy.headers['retry-after']).toBe('2')
    const again = await browser.open(linkOf(busy.html))
    expect(again.text).not.toContain('is not right')
    const signedIn = await browser.submit(again, { press: 'Sign in', fill: { password: TEST_PASSWORD } })
    expect(signedIn.title).toMatch(/^Allow/)
  })

  it('says that it is not the person’s fault when something fails here, and nothing about what', async () => {
    const { passwords } = service.context
    const verify = async () => {
      throw new Error('the disk is on fire')
    }
    service.context.passwords = { ...passwords, verify }
    const failed = await service.signIn(service.browser())
    service.context.passwords = passwords
    expect(failed.status).toBe(500)
    expect(failed.headers['content-type']).toMatch(/^text\/html/)
    expect(failed.html).not.toContain('on fire')
  })

  it('can be loaded again, gone back to and sent twice', async () => {
    const browser = service.browser()
    const page = await browser.open(authorizationPath())
    const reloaded = await browser.open(page.path)
    expect(reloaded.title).toBe(page.title)
    const gesture = { press: 'Sign in', fill: { username: 'ada', password: TEST_PASSWORD } }
    expect((await browser.submit(page, gesture)).title).toMatch(/^Allow/)
    // Signed in by the first press, the browser starts again where the second one came from.
    expect((await browser.submit(page, gesture)).title).toMatch(/^Allow/)
    expect((await browser.open(page.path)).title).toMatch(/^Allow/)
  })

  it('says so when it was open too long, and leads back to its start', async () => {
    const browser = service.browser()
    const page = await browser.open(authorizationPath())
    service.context.advanceSeconds(30 * 60)
    for (const expired of [
      await browser.open(page.path),
      await browser.submit(page, { press: 'Sign in', fill: { username: 'ada', password: TEST_PASSWORD } }),
    ]) {
      expect(expired.status).toBe(400)
      expect(expired.text).toContain('open too long')
      expect((await browser.open(linkOf(expired.html))).title).toMatch(/^Sign in/)
    }
  })

  it('shows what a client wants that has changed meanwhile as it is now', async () => {
    const browser = service.browser()
    await service.context.addClient({ id: 'fleeting', redirectUris: ['http://127.0.0.1/callback'] })
    const page = await browser.open(authorizationPath({ client_id: 'fleeting' }))
    await service.context.store.write((transaction) =>
      transaction.deleteFrom('clients').where('id', '=', 'fleeting').execute(),
    )
    const visit = await browser.submit(page, { press: 'Sign in', fill: { username: 'ada', password: 'x' } })
    expect(visit.status).toBe(400)
    expect(visit.sentTo).toBeUndefined()
  })
})

/** What differs between two pages that say the same: whom they are for. */
function withoutWhatChanges(html: string, username: string): string {
  return html.replace(/name="(token|interaction)" value="[^"]*"/g, '').replace(`value="${username}"`, '')
}

function linkOf(html: string): string {
  return /<a [^>]*href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&#38;', '&') ?? ''
}

/** Gives an account another password, by a clock that differs from ours by so many milliseconds. */
function setPasswordHashAt(offsetMs: number) {
  return (db: Writer, id: string, now: number) => setPasswordHash(db, id, 'another', now + offsetMs)
}
