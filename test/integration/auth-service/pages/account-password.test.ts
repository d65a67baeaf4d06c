import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PasswordsBusyError } from '../../../../server/auth-service/passwords.js'
import { findAccount } from '../../../../server/auth-service/store/accounts.js'
import { listSecurityEvents } from '../../../../server/auth-service/store/security-events.js'
import { signInToAccount } from '../../../support/auth-service/account-pages.js'
import type { PageBrowser } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { closeToPasswords } from '../../../support/auth-service/password-links.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

const NEW_PASSWORD = 'a new horse and its battery'

let service: PageService
let browser: PageBrowser
beforeEach(async () => {
  service = await pageService()
  browser = service.browser('198.51.100.1')
  await signInToAccount(browser)
})
afterEach(() => service.close())

const account = () => findAccount(service.context.store.read, service.account.id)
const events = () =>
  listSecurityEvents(service.context.store.read, service.account.id, { failed: 50, other: 50 })
const auditOf = (event: string) => service.audit().filter((line) => line['event'] === event)

const right = { current: TEST_PASSWORD, password: NEW_PASSWORD, again: NEW_PASSWORD }

async function change(fill: Partial<typeof right> = {}) {
  const page = await browser.open('/auth/account/password')
  return browser.submit(page, { press: 'Use this password', fill: { ...right, ...fill } })
}

/** Does something while the new password is hashed. */
function meanwhile(job: () => Promise<unknown>): void {
  const { passwords } = service.context
  service.context.passwords = {
    ...passwords,
    async hash(password) {
      await job()
      return passwords.hash(password)
    },
  }
}

describe('a password', () => {
  it('is changed: every login ends but this browser’s, which gets a new id (62, 82)', async () => {
    const { access_token, refresh_token, grantId } = await service.logIn()
    const elsewhere = service.browser()
    await signInToAccount(elsewhere)
    const [id] = browser.cookies()
    const visit = await change()
    expect(visit.text).toContain('Your password is changed.')
    expect(browser.cookies()).toEqual([expect.not.stringMatching(id ?? 'none')])
    expect((await browser.open('/auth/account')).title).toMatch(/^Your account/)
    expect((await elsewhere.open('/auth/account')).title).toMatch(/^Sign in/)
    expect((await service.introspect(access_token)).body).toEqual({ active: false })
    expect((await service.refresh(refresh_token)).status).toBe(400)
    expect((await service.signIn(service.browser())).title).toMatch(/^Not signed in/)
    const now = await service.signIn(service.browser(), {}, { password: NEW_PASSWORD })
    expect(now.title).toMatch(/^Allow/)
    const about = { accountId: service.account.id, source: '198.51.100.1' }
    expect(auditOf('password-changed')).toMatchObject([{ ...about, reason: 'by the person' }])
    expect(auditOf('grant-revoked')).toMatchObject([{ ...about, grantId, reason: 'password changed' }])
    const event = { kind: 'password-changed', source: '198.51.100.1' }
    expect(await events()).toContainEqual(expect.objectContaining(event))
  })

  it.each([
    ['the one of before is wrong', { current: 'wrong' }, 'That isn’t your password.'],
    ['the one of before is missing', { current: '' }, 'That isn’t your password.'],
    ['it is too short', { password: 'seven77', again: 'seven77' }, 'That is too short.'],
    ['it is the address', { password: 'ada@example.org' }, 'Others would guess that one.'],
    ['both are different', { again: 'something else' }, 'Those were two different passwords.'],
  ])('stays as it is when %s', async (_why, fill, words) => {
    const { access_token } = await service.logIn()
    const visit = await change(fill)
    expect(visit.title).toMatch(/^Password not changed/)
    expect(visit.text).toContain(words)
    expect(visit.html).not.toContain(NEW_PASSWORD)
    expect((await account())?.password_hash).toBe(service.account.password_hash)
    expect((await service.introspect(access_token)).body['active']).toBe(true)
  })

  it('is not guessed here: wrong ones count as on the sign-in page, and are events (80, V13)', async () => {
    for (let tries = 0; tries < 10; tries++) await change({ current: `guess ${tries}` })
    const blocked = await change()
    expect(blocked.status).toBe(429)
    expect(blocked.html).toContain('href="/auth/account/password"')
    expect((await service.signIn(service.browser('198.51.100.1'))).status).toBe(429)
    expect((await account())?.password_hash).toBe(service.account.password_hash)
    expect((await events()).filter(({ kind }) => kind === 'sign-in-failed')).toHaveLength(10)
  })

  it('can be tried again when so many sign in that none can be looked at', async () => {
    const { passwords } = service.context
    for (const work of ['verify', 'hash'] as const) {
      service.context.passwords = { ...passwords, [work]: () => Promise.reject(new PasswordsBusyError()) }
      expect((await change()).status).toBe(503)
      service.context.passwords = passwords
    }
    expect((await change()).text).toContain('Your password is changed.')
  })

  it('that an operator changed while this one was chosen stays (62)', async () => {
    meanwhile(() =>
      service.context.store.write((transaction) =>
        transaction.updateTable('accounts').set({ password_hash: 'of an operator' }).execute(),
      ),
    )
    expect((await change()).status).toBe(409)
    expect((await account())?.password_hash).toBe('of an operator')
  })

  it('of somebody who was signed out meanwhile stays (62)', async () => {
    meanwhile(() =>
      service.context.store.write((transaction) => transaction.deleteFrom('browser_sessions').execute()),
    )
    expect((await change()).title).toMatch(/^Sign in/)
    expect((await account())?.password_hash).toBe(service.account.password_hash)
  })

  it('can’t be chosen where a provider is the only way in', async () => {
    const page = await browser.open('/auth/account/password')
    await closeToPasswords(service.context.store)
    expect((await browser.open('/auth/account')).text).not.toContain('Change your password')
    expect((await browser.open('/auth/account/password')).status).toBe(403)
    expect((await browser.submit(page, { fill: right })).status).toBe(403)
    expect((await account())?.password_hash).toBe(service.account.password_hash)
  })

  it('is nowhere in the log (32, 53)', async () => {
    await change({ current: 'not the current one' })
    await change()
    const left = JSON.stringify(service.log)
    for (const secret of [TEST_PASSWORD, NEW_PASSWORD, 'not the current one']) {
      expect(left).not.toContain(secret)
    }
  })
})
