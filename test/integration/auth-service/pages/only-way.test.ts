import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formToken } from '../../../../server/auth-service/browser/own-form.js'
import { linkIdentity } from '../../../../server/auth-service/store/identities.js'
import { insertProvider } from '../../../../server/auth-service/store/providers.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import {
  ACME_ISSUER,
  type ProviderService,
  providerService,
} from '../../../support/auth-service/provider-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

let service: ProviderService
beforeAll(async () => {
  service = await providerService()
  await service.addProvider({ isOnlyWay: true })
  await service.addProvider({ name: 'other', label: 'Other' })
})
afterAll(() => service.close())

const sessions = () => service.context.store.read.selectFrom('browser_sessions').selectAll().execute()

describe('where one provider is the only way in', () => {
  it('the sign-in page shows its button alone, and no field', async () => {
    const visit = await service.browser().open(authorizationPath())
    expect(visit.forms).toEqual([])
    expect(visit.text).toContain('Continue with Acme')
    expect(visit.text).not.toContain('Other')
    expect(visit.text).not.toContain('password')
  })

  it('no password is looked at, the right one neither (80)', async () => {
    const { passwords } = service.context
    const browser = service.browser()
    const page = await browser.open(authorizationPath())
    const [, sealed = ''] = /interaction=([\w-]+)/.exec(page.path) ?? []
    const token = formToken(service.context.settings.secret, browser.cookies()[0] ?? '')
    const form = new URLSearchParams({
      username: 'ada',
      password: TEST_PASSWORD,
      token,
      interaction: sealed,
    })
    let looked = 0
    service.context.passwords = {
      ...passwords,
      verify: async () => {
        looked++
        return true
      },
    }
    const visit = await browser.post('/auth/sign-in', form)
    service.context.passwords = passwords
    expect(visit.status).toBe(403)
    expect(visit.text).toContain('Passwords don’t open this door')
    expect(looked).toBe(0)
    expect(await sessions()).toEqual([])
    expect(service.audit().at(-1)).toMatchObject({ event: 'sign-in-failed', reason: 'password-not-taken' })
  })

  it('no other provider is gone to, nor come back from', async () => {
    const visit = await service.browser().open(authorizationPath({ provider: 'other' }))
    expect(visit).toMatchObject({ status: 404, sentTo: undefined })
  })

  it('whoever has no account is told so, and not asked for a password', async () => {
    const visit = await service.signInAt(service.browser(), service.somebody({ subject: 'new' }))
    expect(visit.status).toBe(403)
    expect(visit.text).toContain('nobody has opened an account here for you')
  })

  it('its people get in', async () => {
    const identity = { issuer: ACME_ISSUER, subject: 'known', email: null }
    await service.context.store.write((transaction) =>
      linkIdentity(transaction, identity, service.account.id, 1),
    )
    const visit = await service.signInAt(service.browser(), service.somebody({ subject: 'known' }))
    expect(visit.title).toMatch(/^Allow/)
  })

  it('a password is not enough that was checked a moment before it became so', async () => {
    const other = await providerService()
    const { passwords, store, now } = other.context
    other.context.passwords = {
      ...passwords,
      async verify(passwordHash, password) {
        const isRight = await passwords.verify(passwordHash, password)
        await store.write((transaction) =>
          insertProvider(transaction, {
            name: 'acme',
            kind: 'oidc',
            label: 'Acme',
            issuer: ACME_ISSUER,
            clientId: 'our-client',
            encryptedSecret: '',
            scope: 'openid',
            signUpRule: null,
            isOnlyWay: true,
            createdAt: now(),
          }),
        )
        return isRight
      },
    }
    await other.signIn(other.browser())
    expect(await store.read.selectFrom('browser_sessions').selectAll().execute()).toEqual([])
    await other.close()
  })
})
