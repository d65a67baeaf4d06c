import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PasswordsBusyError } from '../../../../server/auth-service/passwords.js'
import { disableAccount, findAccount } from '../../../../server/auth-service/store/accounts.js'
import type { PasswordLink } from '../../../../server/auth-service/store/password-links.js'
import { listSecurityEvents } from '../../../../server/auth-service/store/security-events.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { runCommand } from '../../../support/auth-service/command-line.js'
import { fieldsOf, type PageBrowser } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { closeToPasswords, makePasswordLink } from '../../../support/auth-service/password-links.js'

const NEW_PASSWORD = 'a new horse and its battery'
const DAY_SECONDS = 86_400

let service: PageService
beforeEach(async () => {
  service = await pageService()
})
afterEach(() => service.close())

const makeLink = (purpose?: PasswordLink['purpose'], accountId = service.account.id) =>
  makePasswordLink(service.context, accountId, purpose)

async function choose(browser: PageBrowser, path: string, password = NEW_PASSWORD, again = password) {
  return browser.submit(await browser.open(path), { fill: { password, again } })
}

const passwordHash = async () =>
  (await findAccount(service.context.store.read, service.account.id))?.password_hash

const auditOf = (event: string) => service.audit().filter((line) => line['event'] === event)

describe('a link', () => {
  it('lets a person who was invited choose a password, and signs them in', async () => {
    const { id } = await service.context.addAccount({ username: 'grace', password_hash: null })
    const browser = service.browser()
    const path = await makeLink('invitation', id)
    expect((await browser.open(path)).text).toContain('Welcome! Choose a password')
    expect((await choose(browser, path)).title).toMatch(/^Signed in/)
    expect((await browser.open(authorizationPath())).title).toMatch(/^Allow/)
    const elsewhere = await service.signIn(
      service.browser(),
      {},
      { username: 'grace', password: NEW_PASSWORD },
    )
    expect(elsewhere.title).toMatch(/^Allow/)
  })

  it.each([
    ['the account is disabled, and enabled again', ['disable', 'enable']],
    ['its person is signed out everywhere', ['sign-out']],
  ])('ends for good when %s (62)', async (_what, commands) => {
    const path = await makeLink()
    for (const command of commands) {
      const env = { AUTH_SERVICE_DATABASE: service.context.store.path }
      expect((await runCommand(['accounts', command, 'ada'], { env })).code).toBe(0)
    }
    expect((await service.browser().open(path)).status).toBe(410)
  })

  it('replaces a password, and ends every login of before (62)', async () => {
    const tokens = await service.logIn()
    const elsewhere = service.browser()
    await service.signIn(elsewhere)
    const visit = await choose(service.browser(), await makeLink())
    expect(visit.title).toMatch(/^Signed in/)
    expect((await service.refresh(tokens.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    expect((await service.introspect(tokens.access_token)).body).toEqual({ active: false })
    expect((await elsewhere.open('/auth/signed-out')).title).toMatch(/^Signed out/)
    expect((await service.signIn(service.browser())).title).toMatch(/^Not signed in/)
    const about = { accountId: service.account.id, source: expect.any(String) }
    expect(auditOf('password-link-used')).toMatchObject([{ ...about, reason: 'reset' }])
    expect(auditOf('grant-revoked')).toMatchObject([
      { ...about, grantId: tokens.grantId, reason: 'password changed' },
    ])
  })

  it('signs in under a new id: one that somebody planted is worth nothing afterwards (82)', async () => {
    const browser = service.browser()
    const page = await browser.open(await makeLink())
    const [planted] = browser.cookies()
    await browser.submit(page, { fill: { password: NEW_PASSWORD, again: NEW_PASSWORD } })
    expect(browser.cookies()).toEqual([expect.not.stringMatching(planted ?? 'none')])
  })

  it('is not used up by looking at it, nor by a HEAD', async () => {
    const path = await makeLink()
    for (let look = 0; look < 3; look++) await service.browser().open(path)
    expect((await service.app.inject({ method: 'HEAD', url: path })).statusCode).toBeGreaterThanOrEqual(400)
    expect((await choose(service.browser(), path)).title).toMatch(/^Signed in/)
  })

  it('works once', async () => {
    const path = await makeLink()
    const late = service.browser()
    const page = await late.open(path)
    await choose(service.browser(), path)
    const hash = await passwordHash()
    const again = await late.submit(page, { fill: { password: 'another horse', again: 'another horse' } })
    expect(again.status).toBe(410)
    expect(again.text).toContain('This link works no more')
    expect((await late.open(path)).status).toBe(410)
    expect(await passwordHash()).toBe(hash)
    expect(auditOf('password-link-refused')).toMatchObject([
      { reason: 'the link was used' },
      { reason: 'the link was used' },
    ])
  })

  it.each([
    ['reset', DAY_SECONDS],
    ['invitation', 7 * DAY_SECONDS],
  ] as const)('for a %s works until it is too old, and not a moment longer', async (purpose, seconds) => {
    const path = await makeLink(purpose)
    const browser = service.browser()
    service.context.advanceSeconds(seconds - 1)
    const page = await browser.open(path)
    expect(page.status).toBe(200)
    service.context.advanceSeconds(1)
    expect((await browser.open(path)).status).toBe(410)
    const late = await browser.submit(page, { fill: { password: NEW_PASSWORD, again: NEW_PASSWORD } })
    expect(late.status).toBe(410)
  })

  it('works no more when a newer one was made, or the password was chosen by another', async () => {
    const first = await makeLink()
    const second = await makeLink()
    expect((await service.browser().open(first)).status).toBe(410)
    await choose(service.browser(), second)
    expect((await service.browser().open(second)).status).toBe(410)
  })

  it('opens no disabled account, even when that happens while the password is chosen (62)', async () => {
    const path = await makeLink()
    const browser = service.browser()
    const page = await browser.open(path)
    const { passwords, store } = service.context
    service.context.passwords = {
      ...passwords,
      async hash(password) {
        await store.write((transaction) => disableAccount(transaction, service.account.id, 1))
        return passwords.hash(password)
      },
    }
    const visit = await browser.submit(page, { fill: { password: NEW_PASSWORD, again: NEW_PASSWORD } })
    expect(visit.status).toBe(410)
    expect((await browser.open('/auth/signed-out')).title).toMatch(/^Signed out/)
    expect((await browser.open(path)).status).toBe(410)
  })

  it.each([
    ['seven77', 'seven77', 'That is too short.'],
    ['ada@example.org', 'ada@example.org', 'Others would guess that one.'],
    ['x y z'.repeat(250), 'x y z'.repeat(250), 'That is too long.'],
    [NEW_PASSWORD, 'a new house and its battery', 'Those were two different passwords.'],
  ])('says why %j can’t be the password, and works on', async (password, again, words) => {
    const path = await makeLink()
    const browser = service.browser()
    const visit = await choose(browser, path, password, again)
    expect(visit.text).toContain(words)
    expect(visit.html).not.toContain(password)
    expect(visit.title).toMatch(/^No password yet/)
    const right = { fill: { password: NEW_PASSWORD, again: NEW_PASSWORD } }
    expect((await browser.submit(visit, right)).title).toMatch(/^Signed in/)
  })

  it('is as good as before when so many sign in that no password can be hashed', async () => {
    const path = await makeLink()
    const browser = service.browser()
    const { passwords } = service.context
    const hash = () => Promise.reject(new PasswordsBusyError())
    service.context.passwords = { ...passwords, hash }
    const busy = await choose(browser, path)
    expect(busy.status).toBe(503)
    expect(busy.html).toContain(`href="${path}"`)
    service.context.passwords = passwords
    expect((await choose(browser, path)).title).toMatch(/^Signed in/)
  })

  it('leads nowhere while a provider is the only way in', async () => {
    const path = await makeLink()
    const browser = service.browser()
    const page = await browser.open(path)
    await closeToPasswords(service.context.store)
    const before = await passwordHash()
    const late = await browser.submit(page, { fill: { password: NEW_PASSWORD, again: NEW_PASSWORD } })
    expect(late.status).toBe(403)
    expect((await browser.open(path)).text).toContain('Passwords don’t open this door')
    expect(await passwordHash()).toBe(before)
  })

  it('asks a browser that keeps no cookie to allow it, and leads back to itself only', async () => {
    const path = await makeLink()
    const page = await service.browser().open(path)
    const form = fieldsOf(page)
    const visit = await service.browser().post('/auth/choose-password', form)
    expect(visit.text).toContain('Please allow our cookie')
    expect(visit.html).toContain(`href="${path}"`)
    form.set('link', '"><b>elsewhere')
    expect((await service.browser().post('/auth/choose-password', form)).html).not.toContain('elsewhere')
  })

  it('shows no hostile name as anything but text (14)', async () => {
    const name = '<script>alert(1)</script>'
    const { id } = await service.context.addAccount({ username: 'grace', name })
    const page = await service.browser().open(await makeLink('reset', id))
    expect(page.text).toContain(name)
    expect(page.html).not.toContain('<script')
  })

  it('leaves nothing of itself and of the password in the log and the database (32, 53)', async () => {
    const path = await makeLink()
    await choose(service.browser(), path)
    await service.browser().open(path)
    const token = new URLSearchParams(path.split('?')[1]).get('token') ?? ''
    const rows = await service.context.store.read.selectFrom('password_links').selectAll().execute()
    const left = JSON.stringify([service.log, rows])
    expect(rows).toHaveLength(1)
    expect(left).not.toContain(token)
    expect(left).not.toContain(NEW_PASSWORD)
  })

  it('is among the security events, with the address it was used from', async () => {
    await choose(service.browser('203.0.113.9'), await makeLink())
    const events = await listSecurityEvents(service.context.store.read, service.account.id, {
      failed: 9,
      other: 9,
    })
    expect(events.map(({ kind, source }) => [kind, source])).toEqual(
      expect.arrayContaining([
        ['password-link-made', null],
        ['password-link-used', '203.0.113.9'],
        ['signed-in', '203.0.113.9'],
      ]),
    )
  })
})

describe('guessing links', () => {
  const wrong = (index: number) => `/auth/choose-password?token=${`${index}`.padStart(43, 'A')}`

  it('ends after twenty from one source, for five minutes, on the page and in the form (80, V13)', async () => {
    const path = await makeLink()
    const guesser = service.browser('192.0.2.1')
    const page = await guesser.open(path)
    for (let index = 0; index < 20; index++) {
      expect((await service.browser('192.0.2.1').open(wrong(index))).status).toBe(410)
    }
    const blocked = await guesser.open(path)
    expect(blocked.status).toBe(429)
    expect(blocked.headers['retry-after']).toBe('300')
    const fill = { password: NEW_PASSWORD, again: NEW_PASSWORD }
    expect((await guesser.submit(page, { fill })).status).toBe(429)
    expect((await service.browser('192.0.2.2').open(path)).status).toBe(200)
    service.context.advanceSeconds(300)
    expect((await guesser.submit(page, { fill })).title).toMatch(/^Signed in/)
    expect(auditOf('throttled')).toHaveLength(2)
  })

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('from %s counts as from %s (80, V13)', async (one, other) => {
    for (let index = 0; index < 20; index++) await service.browser(one).open(wrong(index))
    expect((await service.browser(other).open(wrong(20))).status).toBe(429)
  })

  it('with forms is counted like guessing with pages (80, V13)', async () => {
    const browser = service.browser('192.0.2.1')
    const page = await browser.open(await makeLink())
    for (let index = 0; index < 20; index++) {
      const link = `${index}`.padStart(43, 'A')
      expect((await browser.submit(page, { fill: { link } })).status).toBe(410)
    }
    expect((await browser.submit(page)).status).toBe(429)
  })

  it.each(['', 'x', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}%00`, 'A'.repeat(4_000)])(
    'with %j, which is no link, writes nothing',
    async (token) => {
      const visit = await service.browser().open(`/auth/choose-password?token=${token}`)
      expect(visit.status).toBeGreaterThanOrEqual(400)
      expect(await service.context.store.read.selectFrom('throttles').selectAll().execute()).toEqual([])
    },
  )

  it('with a link that has one letter changed leads nowhere (V17)', async () => {
    const path = await makeLink()
    for (const at of [1, 20, 42]) {
      const changed =
        path.slice(0, -at) + (path.at(-at) === 'A' ? 'B' : 'A') + path.slice(path.length - at + 1)
      expect((await service.browser().open(changed)).status).toBe(410)
    }
    expect((await service.browser().open(path)).status).toBe(200)
  })
})
