import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

const WEB = { client_id: 'web', redirect_uri: 'https://app.example.org/callback' }

let service: PageService
beforeAll(async () => {
  service = await pageService()
  await service.context.addAccount({ username: 'grace', name: 'Grace Hopper' })
  await service.context.addClient({
    id: 'web',
    name: 'Tide <b>Tables</b>',
    kind: 'web',
    secretHash: 'a hash',
    redirectUris: ['https://app.example.org/callback'],
  })
})
afterAll(() => service.close())

describe('the consent page', () => {
  it('says who asks, from where, for what, and as whom it would be', async () => {
    const { text } = await service.signIn(service.browser())
    for (const words of [
      'Allow authcli to use your account?',
      'authcli runs on this computer.',
      'Ada Lovelace',
      'Recognise you',
      'See your name and username',
      'See your items',
      'Add and delete items for you',
      'Stay signed in for you',
      '127.0.0.1:9001',
      '127.0.0.1:49152',
    ]) {
      expect(text).toContain(words)
    }
  })

  it('escapes what others have chosen (14)', async () => {
    const { html, text } = await service.signIn(service.browser(), WEB)
    expect(html).not.toContain('<b>Tables')
    expect(text).toContain('Allow Tide <b>Tables</b> to use your account?')
  })

  it('offers to decline as prominently as to allow', async () => {
    const { forms } = await service.signIn(service.browser())
    expect(forms[0]?.buttons.map(({ label }) => label)).toEqual(['Use another account', 'Decline', 'Allow'])
  })

  it('tells the client when the person declines, and remembers nothing', async () => {
    const browser = service.browser()
    const page = await service.signIn(browser, { ...WEB, scope: 'openid email' })
    const { sentTo, status } = await browser.submit(page, { press: 'Decline' })
    expect(status).toBe(303)
    expect(Object.fromEntries(sentTo?.searchParams ?? [])).toMatchObject({
      error: 'access_denied',
      state: 'the state',
      iss: service.context.settings.issuer,
    })
    expect(service.audit().at(-1)).toMatchObject({ event: 'consent-denied', clientId: 'web' })
    expect((await browser.open(authorizationPath({ ...WEB, scope: 'openid email' }))).title).toMatch(/^Allow/)
  })

  it('is remembered per client and scope, and asked again for more', async () => {
    const browser = service.browser()
    await service.allow(browser, { ...WEB, scope: 'openid profile' })
    expect((await browser.open(authorizationPath({ ...WEB, scope: 'openid profile' }))).sentTo).toBeDefined()
    expect((await browser.open(authorizationPath({ ...WEB, scope: 'profile' }))).sentTo).toBeDefined()
    const more = await browser.open(authorizationPath({ ...WEB, scope: 'openid items:read' }))
    expect(more.title).toMatch(/^Allow/)
    await browser.submit(more, { press: 'Allow' })
    expect(
      (await browser.open(authorizationPath({ ...WEB, scope: 'openid profile items:read' }))).sentTo,
    ).toBeDefined()
  })

  it('is remembered per resource', async () => {
    const browser = service.browser()
    await service.allow(browser, { ...WEB, scope: 'profile' })
    const other = await browser.open(authorizationPath({ ...WEB, scope: 'profile', resource: undefined }))
    expect(other.title).toMatch(/^Allow/)
  })

  it('is shown to a public native client each time, with the account and another way (41)', async () => {
    const browser = service.browser()
    await service.allow(browser)
    for (const changes of [{}, { prompt: 'select_account' }, { prompt: 'consent' }]) {
      const again = await browser.open(authorizationPath(changes))
      expect(again.sentTo).toBeUndefined()
      expect(again.title).toMatch(/^Continue to authcli/)
      expect(again.text).toContain('Ada Lovelace')
      expect(again.forms[0]?.buttons.map(({ label }) => label)).toContain('Use another account')
    }
  })

  it('lets the person sign in as somebody else, with nothing typed yet', async () => {
    const browser = service.browser()
    const page = await service.signIn(browser, { login_hint: 'ada' })
    const signInPage = await browser.submit(page, { press: 'Use another account' })
    expect(signInPage.title).toMatch(/^Sign in/)
    expect(signInPage.forms[0]?.fields.find(({ name }) => name === 'username')?.value).toBe('')
    const other = await browser.submit(signInPage, {
      press: 'Sign in',
      fill: { username: 'grace', password: TEST_PASSWORD },
    })
    expect(other.text).toContain('Grace Hopper')
    expect(other.text).not.toContain('Ada Lovelace')
  })

  it('can be loaded again, gone back to, and sent twice: each press is a code of its own', async () => {
    const browser = service.browser()
    const page = await service.signIn(browser)
    expect((await browser.open(page.path)).title).toBe(page.title)
    const press = page.forms[0]?.buttons.at(-1)?.label ?? ''
    const codes = [await browser.submit(page, { press }), await browser.submit(page, { press })]
    expect(new Set(codes.map(({ sentTo }) => sentTo?.searchParams.get('code'))).size).toBe(2)
    expect((await browser.open(page.path)).title).toMatch(/^Continue/)
  })

  it('does nothing where no button was pressed', async () => {
    const browser = service.browser()
    const page = await service.signIn(browser)
    const visit = await browser.submit(page)
    expect(visit.status).toBe(400)
    expect(visit.sentTo).toBeUndefined()
  })

  it('is for nobody who has signed out, was disabled or has a new password since (82, V14)', async () => {
    const ends = [
      (id: string) => ({ disabled_at: service.context.now(), id }),
      (id: string) => ({ password_changed_at: service.context.now() + 1, id }),
    ]
    for (const [index, end] of ends.entries()) {
      const account = await service.context.addAccount({ username: `short-lived-${index}` })
      const browser = service.browser()
      const page = await service.signIn(browser, {}, { username: account.username })
      expect(page.title).toMatch(/^Allow/)
      await service.context.store.write((transaction) =>
        transaction.updateTable('accounts').set(end(account.id)).where('id', '=', account.id).execute(),
      )
      const visit = await browser.submit(page, { press: 'Allow' })
      expect(visit.sentTo).toBeUndefined()
      expect(visit.title).toMatch(/^Sign in/)
    }
  })
})
