import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listSecurityEvents } from '../../../../server/auth-service/store/security-events.js'
import { logInOn, press, signInToAccount } from '../../../support/auth-service/account-pages.js'
import { fieldsOf } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'

let service: PageService
beforeEach(async () => {
  service = await pageService()
})
afterEach(() => service.close())

const eventsOf = (accountId = service.account.id) =>
  listSecurityEvents(service.context.store.read, accountId, { failed: 50, other: 50 })
const auditOf = (event: string) => service.audit().filter((line) => line['event'] === event)
const isActive = async (token: string) => (await service.introspect(token)).body['active']

describe('the account page', () => {
  it('asks whoever is not signed in to do so, writes nothing for them, and leads back to where they wanted to go', async () => {
    const browser = service.browser()
    for (const path of ['/auth/account', '/auth/account/name', '/auth/account/password']) {
      const visit = await browser.open(path)
      expect(visit.title).toMatch(/^Sign in/)
      expect(visit.text).toContain('to see your account')
    }
    expect(await service.context.store.read.selectFrom('throttles').selectAll().execute()).toEqual([])
    expect((await signInToAccount(browser, { path: '/auth/account/name' })).path).toBe('/auth/account/name')
    expect((await browser.open('/auth/account')).title).toMatch(/^Your account/)
  })

  it('shows nothing to a browser before it has signed in, whichever page it opens (82, V14)', async () => {
    for (const path of ['', '/name', '/password', '/providers', '/sign-ins']) {
      const browser = service.browser()
      const opened = await browser.open(`/auth/account${path}`)
      expect(opened.text).not.toContain('Ada')
      const posted = await browser.post(`/auth/account${path}`, new URLSearchParams({ everywhere: 'all' }))
      expect(posted.text).not.toContain('Ada')
      expect(posted.status).toBeGreaterThanOrEqual(400)
    }
  })

  it('gets a new browser id with the sign-in: a planted one is worth nothing afterwards (82)', async () => {
    const browser = service.browser()
    await browser.open('/auth/account')
    const [planted] = browser.cookies()
    await signInToAccount(browser)
    expect(browser.cookies()).toEqual([expect.not.stringMatching(planted ?? 'none')])
  })

  it('shows each login: program, device, place, first and last use, and what it may do', async () => {
    const { refresh_token } = await logInOn(service, { name: 'ada-laptop', source: '203.0.113.5' })
    service.context.advanceSeconds(3_600)
    await service.refresh(refresh_token)
    const { text } = await signInToAccount(service.browser())
    expect(text).toContain('authcli on ada-laptop')
    expect(text).toMatch(/Last used 2 Jan 2026, 04:04 UTC, from this computer/)
    expect(text).toContain('Signed in 2 Jan 2026, 03:04 UTC')
    expect(text).toContain('See your items')
  })

  it('shows the place where a login was made until it is used elsewhere', async () => {
    await logInOn(service, { source: '::ffff:203.0.113.5' })
    expect((await signInToAccount(service.browser())).text).toContain('from 203.0.113.5')
  })

  it('shows no login that has ended, by whatever', async () => {
    const { context, account } = service
    for (const name of ['revoked-one', 'idle-one']) await logInOn(service, { name })
    const end = { revoked_at: context.now(), revoked_reason: 'in a test' }
    await context.store.write((transaction) =>
      transaction.updateTable('grants').set(end).where('device_name', '=', 'revoked-one').execute(),
    )
    context.advanceSeconds(30 * 86_400)
    await logInOn(service, { name: 'living-one' })
    const other = await context.addAccount({ username: 'grace' })
    await logInOn(service, { name: 'somebody-elses', accountId: other.id })
    const { text } = await signInToAccount(service.browser())
    expect(text).toContain('living-one')
    for (const name of ['revoked-one', 'idle-one', 'somebody-elses']) expect(text).not.toContain(name)
    expect(account.id).not.toBe(other.id)
  })

  it('shows hostile names of devices and programs as text (14)', async () => {
    const name = '<script>alert(1)</script>'
    await service.context.addClient({ id: 'hostile', name: `"><img src=x>${name}` })
    await logInOn(service, { name, clientId: 'hostile' })
    const visit = await signInToAccount(service.browser())
    expect(visit.text).toContain(`"><img src=x>${name} on ${name}`)
    expect(visit.html).not.toMatch(/<script|<img/)
  })

  it('shows what has happened, with who and where', async () => {
    await service.signIn(service.browser('203.0.113.9'), {}, { password: 'wrong' })
    const { text } = await signInToAccount(service.browser())
    expect(text).toMatch(/Somebody typed a wrong password from 203\.0\.113\.9 · 2 Jan 2026, 03:04 UTC/)
    expect(text).toContain('Signed in from')
  })

  it('says nothing that is not its own words, whatever the address asks it to say', async () => {
    const browser = service.browser()
    await signInToAccount(browser)
    const visit = await browser.open('/auth/account?done=You+are+hacked')
    expect(visit.text).not.toContain('hacked')
    expect((await browser.open('/auth/account?done=login-ended')).text).toContain(
      'That program is signed out.',
    )
  })

  it('is reached from the page that says who is signed in', async () => {
    const browser = service.browser()
    await service.signIn(browser)
    expect((await browser.open('/')).html).toContain('href="/auth/account"')
  })
})

describe('ending', () => {
  it('one login takes its tokens at once where the API asks, and leaves the others', async () => {
    const lost = await logInOn(service, { name: 'lost-phone' })
    const kept = await logInOn(service, { name: 'ada-laptop' })
    const browser = service.browser('198.51.100.1')
    const page = await signInToAccount(browser)
    expect(page.text).toContain('loses its access within 5 seconds where the API asks')
    expect(page.text).toContain('after 10 minutes at most')
    const visit = await press(browser, page, 'Sign out authcli on lost-phone')
    expect(visit.passed[0]?.status).toBe(303)
    expect(visit.text).toContain('That program is signed out.')
    expect(visit.text).not.toContain('lost-phone')
    expect([await isActive(lost.access_token), await isActive(kept.access_token)]).toEqual([false, true])
    expect((await service.refresh(lost.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    expect((await service.refresh(kept.refresh_token)).status).toBe(200)
    const about = { accountId: service.account.id, source: '198.51.100.1' }
    expect(auditOf('grant-revoked')).toMatchObject([
      { ...about, grantId: lost.grantId, clientId: 'authcli', reason: 'ended by the person' },
    ])
    expect(await eventsOf()).toContainEqual(
      expect.objectContaining({ kind: 'login-ended', clientId: 'authcli', source: '198.51.100.1' }),
    )
  })

  it('leaves an access token to an API that asks nobody until it expires, and no longer than the page says', async () => {
    const { access_token } = await logInOn(service, {})
    const browser = service.browser()
    await press(browser, await signInToAccount(browser), 'Sign out authcli')
    const keys = createLocalJWKSet((await service.get('/jwks')).body as unknown as JSONWebKeySet)
    const verifyAfter = (seconds: number) =>
      jwtVerify(access_token, keys, { currentDate: new Date(service.context.now() + seconds * 1000) })
    expect((await verifyAfter(599)).payload.sub).toBe(service.account.id)
    await expect(verifyAfter(600)).rejects.toThrow('"exp" claim')
  })

  it('one that had ended says so, and is no event', async () => {
    await logInOn(service, { name: 'lost-phone' })
    const browser = service.browser()
    const page = await signInToAccount(browser)
    await press(browser, page, 'Sign out authcli')
    expect((await press(browser, page, 'Sign out authcli')).text).toContain('Nobody was signed in there')
    expect((await eventsOf()).filter(({ kind }) => kind === 'login-ended')).toHaveLength(1)
  })

  it('somebody else’s login, or browser, does nothing (62)', async () => {
    const grace = await service.context.addAccount({ username: 'grace' })
    const theirs = await logInOn(service, { accountId: grace.id })
    const victim = service.browser()
    await signInToAccount(victim, { username: 'grace' })
    const [session] = await service.context.store.read.selectFrom('browser_sessions').selectAll().execute()
    const browser = service.browser()
    const page = await signInToAccount(browser)
    for (const [name, value] of [
      ['login', theirs.grantId],
      ['browser', session?.id_hash ?? ''],
    ] as const) {
      const form = fieldsOf(page)
      form.set(name, value)
      const visit = await browser.post('/auth/account/sign-ins', form)
      expect(visit.text).toContain('Nobody was signed in there')
    }
    expect(await isActive(theirs.access_token)).toBe(true)
    expect((await victim.open('/auth/account')).title).toMatch(/^Your account/)
    expect(await eventsOf(grace.id)).toMatchObject([{ kind: 'signed-in' }])
  })

  it('a browser signs it out, and no other', async () => {
    const forgotten = service.browser()
    await signInToAccount(forgotten)
    service.context.advanceSeconds(60)
    const browser = service.browser()
    const page = await signInToAccount(browser)
    expect(page.text).toContain('This browser')
    const visit = await press(browser, page, 'Sign out the browser of 2 Jan 2026, 03:04')
    expect(visit.text).toContain('That browser is signed out.')
    expect((await forgotten.open('/auth/account')).title).toMatch(/^Sign in/)
    expect((await browser.open('/auth/account')).title).toMatch(/^Your account/)
    expect(await eventsOf()).toContainEqual(expect.objectContaining({ kind: 'login-ended', clientId: null }))
    expect(auditOf('signed-out')).toMatchObject([{ accountId: service.account.id }])
  })

  it('everything else leaves this browser only, with what no page has shown', async () => {
    const tokens = await Promise.all([logInOn(service, {}), logInOn(service, { name: 'ada-laptop' })])
    const elsewhere = service.browser()
    await signInToAccount(elsewhere)
    const browser = service.browser()
    const page = await signInToAccount(browser)
    const late = await logInOn(service, {})
    const visit = await press(browser, page, 'Sign out everywhere else')
    expect(visit.text).toContain('You are signed out everywhere but here.')
    for (const { access_token } of [...tokens, late]) expect(await isActive(access_token)).toBe(false)
    expect((await elsewhere.open('/auth/account')).title).toMatch(/^Sign in/)
    expect((await browser.open('/auth/account')).title).toMatch(/^Your account/)
    expect(auditOf('grant-revoked')).toHaveLength(3)
    expect(await eventsOf()).toContainEqual(expect.objectContaining({ kind: 'signed-out-everywhere' }))
  })

  it('everything signs this browser out, too', async () => {
    const { access_token } = await logInOn(service, {})
    const grace = await service.context.addAccount({ username: 'grace' })
    const theirs = await logInOn(service, { accountId: grace.id })
    const browser = service.browser()
    const visit = await press(browser, await signInToAccount(browser), 'Sign out everywhere, here too')
    expect(visit.title).toMatch(/^Signed out/)
    expect(browser.cookies()).toEqual([])
    expect([await isActive(access_token), await isActive(theirs.access_token)]).toEqual([false, true])
    expect((await browser.open('/auth/account')).title).toMatch(/^Sign in/)
  })

  it('nothing: without a decision the form does nothing', async () => {
    const { access_token } = await logInOn(service, {})
    const browser = service.browser()
    const page = await signInToAccount(browser)
    for (const decision of [{}, { everywhere: 'maybe' }]) {
      const form = fieldsOf(page)
      for (const [name, value] of Object.entries(decision)) form.set(name, value)
      expect((await browser.post('/auth/account/sign-ins', form)).status).toBe(400)
    }
    expect(await isActive(access_token)).toBe(true)
  })

  it.each(['signed out in another browser', 'disabled', 'too long ago'])(
    'nothing: whoever was %s has to sign in first, and the form does nothing (62, V14)',
    async (why) => {
      const { store, advanceSeconds, settings } = { ...service.context, settings: service.context.settings }
      const { grantId } = await logInOn(service, {})
      const browser = service.browser()
      const page = await signInToAccount(browser)
      if (why === 'disabled') {
        await store.write((transaction) =>
          transaction.updateTable('accounts').set({ disabled_at: 1 }).execute(),
        )
      } else if (why === 'too long ago') advanceSeconds(settings.browserSessionSeconds)
      else await store.write((transaction) => transaction.deleteFrom('browser_sessions').execute())
      expect((await press(browser, page, 'Sign out authcli')).title).toMatch(/^Sign in/)
      const grants = await store.read.selectFrom('grants').selectAll().execute()
      expect(grants).toMatchObject([{ id: grantId, revoked_at: null }])
    },
  )
})
