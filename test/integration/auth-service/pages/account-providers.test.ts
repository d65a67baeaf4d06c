import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProviderError } from '../../../../server/auth-service/providers/provider.js'
import { findAccount } from '../../../../server/auth-service/store/accounts.js'
import { linkIdentity, listIdentities } from '../../../../server/auth-service/store/identities.js'
import { press, signInToAccount } from '../../../support/auth-service/account-pages.js'
import { fieldsOf, type PageBrowser, type PageVisit } from '../../../support/auth-service/page-browser.js'
import {
  ACME_ISSUER,
  type ProviderService,
  providerService,
} from '../../../support/auth-service/provider-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

const PATH = '/auth/account/providers'

let service: ProviderService
beforeEach(async () => {
  service = await providerService()
  await service.addProvider()
})
afterEach(() => service.close())

const identitiesOf = (accountId = service.account.id) => listIdentities(service.context.store.read, accountId)
const auditOf = (event: string) => service.audit().filter((line) => line['event'] === event)

/** Follows the link that connects a provider, or signs in there, up to the provider. */
async function leave(browser: PageBrowser, page: PageVisit, label: string): Promise<URL> {
  const [, href = ''] = new RegExp(`href="([^"]+)"[^>]*>(?:(?!</a>).)*${label}`).exec(page.html) ?? []
  const { sentTo, title } = await browser.open(href.replaceAll('&#38;', '&'))
  if (sentTo === undefined) throw new Error(title)
  return sentTo
}

const leaveToLink = (browser: PageBrowser, page: PageVisit) => leave(browser, page, 'Connect <bdi>Acme')
const leaveToSignIn = (browser: PageBrowser, page: PageVisit) =>
  leave(browser, page, 'Continue with <bdi>Acme')

async function link(subject = 'acme-1', issuer = ACME_ISSUER, accountId = service.account.id) {
  await service.context.store.write((transaction) =>
    linkIdentity(transaction, { issuer, subject, email: null }, accountId, service.context.now()),
  )
}

async function forgetPassword(): Promise<void> {
  await service.context.store.write((transaction) =>
    transaction.updateTable('accounts').set({ password_hash: null }).execute(),
  )
}

describe('a provider', () => {
  it('is connected from the account page, which it leads back to, and opens the account from then on (87)', async () => {
    const browser = service.browser()
    const page = await signInToAccount(browser, { path: PATH })
    const visit = await service.comeBack(browser, await leaveToLink(browser, page))
    expect(visit.path).toBe(PATH)
    expect(visit.text).toContain('acme-1 at Acme')
    expect(visit.text).not.toContain('Connect Acme')
    expect(auditOf('provider-linked')).toMatchObject([
      { accountId: service.account.id, provider: 'acme', reason: 'by the person' },
    ])
    expect((await service.signInAt(service.browser())).title).toMatch(/^Allow/)
  })

  it('is not connected in another browser, by a link that somebody else’s browser got (84, V9)', async () => {
    const attacker = service.browser()
    const page = await signInToAccount(attacker, { path: PATH })
    const from = await leaveToLink(attacker, page)
    const victim = service.browser()
    await service.context.addAccount({ username: 'grace' })
    await signInToAccount(victim, { username: 'grace' })
    expect((await service.comeBack(victim, from)).status).toBe(400)
    const [, href = ''] = /href="([^"]+)"[^>]*>(?:(?!<\/a>).)*Connect <bdi>Acme/.exec(page.html) ?? []
    expect((await victim.open(href.replaceAll('&#38;', '&'))).sentTo).toBeUndefined()
    expect(await service.context.store.read.selectFrom('identities').selectAll().execute()).toEqual([])
  })

  it('is not connected where the person was signed out meanwhile', async () => {
    const browser = service.browser()
    const from = await leaveToLink(browser, await signInToAccount(browser, { path: PATH }))
    await service.context.store.write((transaction) => transaction.deleteFrom('browser_sessions').execute())
    const visit = await service.comeBack(browser, from)
    expect(visit.status).toBe(403)
    expect(visit.html).toContain(`href="${PATH}"`)
    expect(await identitiesOf()).toEqual([])
  })

  it('that refuses leads back to the account page', async () => {
    const browser = service.browser()
    const from = await leaveToLink(browser, await signInToAccount(browser, { path: PATH }))
    service.proves = new ProviderError('authorization', 'refused', 'access_denied')
    const visit = await service.comeBack(browser, from)
    expect(visit.status).toBe(403)
    expect(visit.html).toContain(`href="${PATH}"`)
    expect(await identitiesOf()).toEqual([])
  })

  it('is the way in to the account page, too', async () => {
    await link()
    const browser = service.browser()
    const page = await browser.open('/auth/account')
    const visit = await service.comeBack(browser, await leaveToSignIn(browser, page))
    expect(visit.title).toMatch(/^Your account/)
    expect(visit.text).toContain('Signed in with Acme')
  })

  it('is disconnected, and opens the account no more', async () => {
    await link()
    const browser = service.browser('198.51.100.1')
    const page = await signInToAccount(browser, { path: PATH })
    const visit = await press(browser, page, 'Disconnect')
    expect(visit.passed[0]?.status).toBe(303)
    expect(visit.text).toContain('None yet.')
    expect(await identitiesOf()).toEqual([])
    expect((await service.signInAt(service.browser())).title).toMatch(/^Connect your account/)
    const about = { accountId: service.account.id, provider: 'acme', source: '198.51.100.1' }
    expect(auditOf('provider-unlinked')).toMatchObject([about])
    expect((await browser.open('/auth/account')).text).toContain('Acme disconnected from 198.51.100.1')
    expect((await press(browser, page, 'Disconnect')).path).toBe(PATH)
    expect(auditOf('provider-unlinked')).toHaveLength(1)
  })

  it('of somebody else is not disconnected', async () => {
    const { id } = await service.context.addAccount({ username: 'grace' })
    await link('acme-1')
    await link('acme-2', ACME_ISSUER, id)
    const browser = service.browser()
    const form = fieldsOf(await signInToAccount(browser, { path: PATH }))
    form.set('subject', 'acme-2')
    await browser.post(PATH, form)
    expect(await identitiesOf(id)).toHaveLength(1)
  })

  it('shows hostile names of people and of itself as text (14)', async () => {
    const name = '"><script>alert(1)</script>'
    await service.addProvider({ name: 'other', label: name, issuer: 'https://other.example' })
    await link(name)
    const visit = await signInToAccount(service.browser(), { path: PATH })
    expect(visit.text).toContain(`${name} at Acme`)
    expect(visit.text).toContain(`Connect ${name}`)
    expect(visit.html).not.toContain('<script')
  })
})

describe('the last way in', () => {
  async function unlink(prepare: () => Promise<void>) {
    await link()
    const browser = service.browser()
    const page = await signInToAccount(browser, { path: PATH })
    await prepare()
    return press(browser, page, 'Disconnect')
  }

  it.each([
    ['there is no password', forgetPassword],
    [
      'no password is taken',
      () =>
        service.context.store.write(async (transaction) => {
          await transaction.updateTable('providers').set({ is_only_way: 1 }).execute()
        }),
    ],
    [
      'the other identity is at a provider that is not offered',
      async () => {
        await forgetPassword()
        await link('1', 'https://gone.example')
      },
    ],
  ])('stays: %s', async (_why, prepare) => {
    const visit = await unlink(prepare)
    expect(visit.status).toBe(409)
    expect(visit.text).toContain('That is your only way in')
    expect(await identitiesOf()).toContainEqual(expect.objectContaining({ subject: 'acme-1' }))
    expect((await service.browser().open(PATH)).status).toBe(200)
  })

  it('is said to be so, and has no button', async () => {
    await link()
    const browser = service.browser()
    await signInToAccount(browser)
    await forgetPassword()
    const page = await browser.open(PATH)
    expect(page.text).toContain('It is your only way in, so it can’t be disconnected.')
    expect(page.forms).toEqual([])
  })

  it('is another identity of the same provider', async () => {
    const visit = await unlink(async () => {
      await forgetPassword()
      await link('acme-2')
    })
    expect(visit.path).toBe(PATH)
    expect(await identitiesOf()).toMatchObject([{ subject: 'acme-2' }])
  })

  it('stays when the last two are taken at once', async () => {
    await link()
    await link('acme-2')
    const browser = service.browser()
    const page = await signInToAccount(browser, { path: PATH })
    await forgetPassword()
    const forms = ['acme-1', 'acme-2'].map((subject) => {
      const form = fieldsOf(page)
      form.set('subject', subject)
      return form
    })
    await Promise.all(forms.map((form) => browser.post(PATH, form)))
    expect(await identitiesOf()).toHaveLength(1)
  })
})

describe('a sign-in that is not recent', () => {
  const later = () => service.context.advanceSeconds(15 * 60)

  it('has to be repeated before a provider is connected, by a link on a page from before too (V14)', async () => {
    const browser = service.browser()
    const page = await signInToAccount(browser, { path: PATH })
    later()
    const before = service.seen.length
    await expect(leaveToLink(browser, page)).rejects.toThrow(/^Sign in/)
    expect(service.seen.length).toBe(before)
    const again = await signInToAccount(browser, { path: PATH })
    await service.comeBack(browser, await leaveToLink(browser, again))
    expect(await identitiesOf()).toHaveLength(1)
  })

  it('does not become one by a way through a provider where the browser is signed in, for who has a password (V14)', async () => {
    await link()
    const browser = service.browser()
    await service.signInAt(browser)
    const asked = await browser.open(PATH)
    expect(asked.text).toContain('Still you?')
    const from = await leaveToSignIn(browser, asked)
    expect(service.seen.at(-1)?.request.isFresh).toBe(true)
    service.proves = new ProviderError('identity', 'stale', 'no auth_time')
    expect((await service.comeBack(browser, from)).title).toMatch(/^That was too long ago/)
    const askedAgain = await browser.open(PATH)
    expect(askedAgain.text).toContain('Still you?')
    service.proves = service.somebody()
    expect((await service.comeBack(browser, await leaveToSignIn(browser, askedAgain))).path).toBe(PATH)
  })

  it('becomes one at any provider, for who has no password: nobody is locked out of what they have linked', async () => {
    await link()
    await forgetPassword()
    const browser = service.browser()
    await service.signInAt(browser)
    expect((await browser.open(PATH)).path).toBe(PATH)
    later()
    const asked = await browser.open(PATH)
    expect(asked.text).toContain('Still you?')
    expect((await service.comeBack(browser, await leaveToSignIn(browser, asked))).path).toBe(PATH)
    expect(service.seen.at(-1)?.request.isFresh).toBe(false)
  })

  it('has to be repeated before a provider is disconnected (V14)', async () => {
    await link()
    const browser = service.browser()
    const page = await signInToAccount(browser, { path: PATH })
    later()
    const asked = await press(browser, page, 'Disconnect')
    expect(asked.text).toContain('Still you? Before you change how you get in, sign in once more.')
    expect(await identitiesOf()).toHaveLength(1)
    expect((await browser.open('/auth/account')).title).toMatch(/^Your account/)
    const fill = { username: 'ada', password: TEST_PASSWORD }
    expect((await browser.submit(asked, { press: 'Sign in', fill })).path).toBe(PATH)
  })

  it('has to be repeated before a first password is chosen, which needs no other (V14)', async () => {
    const { id } = await service.context.addAccount({ username: 'grace', password_hash: null })
    await link('acme-1', ACME_ISSUER, id)
    const browser = service.browser()
    await service.signInAt(browser)
    const page = await browser.open('/auth/account/password')
    const fill = { password: 'a first horse of her own', again: 'a first horse of her own' }
    later()
    expect((await browser.submit(page, { fill })).text).toContain('Still you?')
    await service.signInAt(browser, service.somebody(), { prompt: 'login' })
    const again = await browser.open('/auth/account/password')
    expect((await browser.submit(again, { fill })).text).toContain('Your password is changed.')
    expect((await findAccount(service.context.store.read, id))?.password_hash).not.toBeNull()
  })
})
