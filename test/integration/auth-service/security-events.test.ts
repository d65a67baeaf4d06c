import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listSecurityEvents } from '../../../server/auth-service/store/security-events.js'
import { issueCode } from '../../support/auth-service/codes.js'
import { decide, poll, startDevice } from '../../support/auth-service/device-logins.js'
import { type PageService, pageService } from '../../support/auth-service/page-service.js'
import { codeRequest } from '../../support/auth-service/test-auth-service.js'

let service: PageService
beforeEach(async () => {
  service = await pageService()
})
afterEach(() => service.close())

const events = async () =>
  (await listSecurityEvents(service.context.store.read, service.account.id, { failed: 99, other: 99 })).map(
    ({ kind, source, clientId }) => [kind, source, clientId],
  )

describe('a person sees', () => {
  it('where they signed in, for which program, and where somebody tried to', async () => {
    await service.signIn(service.browser('192.0.2.1'))
    service.context.advanceSeconds(1)
    await service.signIn(service.browser('192.0.2.2'), {}, { password: 'wrong' })
    await service.signIn(service.browser('192.0.2.2'), {}, { username: 'nobody' })
    expect(await events()).toEqual([
      ['sign-in-failed', '192.0.2.2', null],
      ['signed-in', '192.0.2.1', 'authcli'],
    ])
  })

  it('that a refresh token was used by two, once, and not that the grant was refused again (57)', async () => {
    const { refresh_token } = await service.logIn()
    const one = await service.nextRefreshToken(refresh_token)
    const other = await service.nextRefreshToken(refresh_token)
    await service.nextRefreshToken(one)
    for (let tries = 0; tries < 3; tries++) await service.refresh(other)
    expect(await events()).toEqual([['reuse-found', '127.0.0.1', 'authcli']])
  })

  it('that a code was used by two, once (29)', async () => {
    const { code } = await issueCode(service.context, { account_id: service.account.id })
    for (let tries = 0; tries < 3; tries++) await service.post('/token', codeRequest(code))
    expect(await events()).toEqual([['reuse-found', '127.0.0.1', 'authcli']])
  })

  it('that a device code was used by two, once (73)', async () => {
    const device = await startDevice(service)
    await decide(service, device)
    for (let tries = 0; tries < 3; tries++) {
      service.context.advanceSeconds(5)
      await poll(service, device)
    }
    expect(await events()).toEqual([['reuse-found', '127.0.0.1', 'authcli']])
  })

  it('that they allowed a device to log in, and where it is', async () => {
    const browser = service.browser('192.0.2.1')
    await service.signIn(browser)
    service.context.advanceSeconds(1)
    for (const press of ['Decline', 'Allow']) {
      const { user_code } = await startDevice(service)
      const consent = await browser.submit(await browser.open(`/auth/device?user_code=${user_code}`))
      await browser.submit(consent, { press })
    }
    expect(await events()).toEqual([
      ['device-approved', '127.0.0.1', 'authcli'],
      ['signed-in', '192.0.2.1', 'authcli'],
    ])
  })

  it('that a program has logged out, once (66)', async () => {
    const { refresh_token } = await service.logIn()
    for (let tries = 0; tries < 2; tries++) {
      await service.post('/revoke', { client_id: 'authcli', token: refresh_token })
    }
    expect(await events()).toEqual([['login-ended', '127.0.0.1', 'authcli']])
  })
})
