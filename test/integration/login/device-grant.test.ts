import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OtherWays } from '../../../src/login/login-ways.js'
import {
  type AuthServiceDouble,
  sendJson,
  startAuthServiceDouble,
} from '../../support/cli/auth-service-double.js'
import {
  attemptLogin,
  type LoginPersonDouble,
  personDouble as person,
} from '../../support/cli/login-person.js'
import { failsWith, type LoginTry, RESOURCE, SCOPE, tryLogin } from '../../support/cli/try-login.js'

let double: AuthServiceDouble

beforeAll(async () => {
  double = await startAuthServiceDouble()
})
afterAll(() => double.stop())
beforeEach(() => double.forget())

const attempt = (who: LoginPersonDouble, acts: (url: URL) => unknown, login: LoginTry = {}) =>
  attemptLogin(double, who, acts, login)

describe('the device grant', () => {
  it('begins when the person presses Enter, and logs in (79)', async () => {
    const who = person()
    double.lies.devicePolls = ['authorization_pending', 'authorization_pending']
    const { outcome, trace } = await attempt(who, () => who.type(''))
    expect(outcome).toMatchObject({ accessToken: 'access-token-3', scope: SCOPE })
    expect(trace.map(({ event }) => event)).toEqual(['device-code-received', 'tokens-received'])
    expect(Object.fromEntries(double.deviceRequests[0] ?? [])).toEqual({
      client_id: 'authcli',
      scope: SCOPE,
      resource: RESOURCE,
    })
    expect(Object.fromEntries(double.tokenRequests[0] ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: 'authcli',
      device_code: 'device-code-1',
      resource: RESOURCE,
    })
    expect(who.codes).toEqual([
      {
        userCode: 'WDJB-MJHT',
        verificationUri: new URL(`${double.issuer}/device`),
        verificationUriComplete: new URL(`${double.issuer}/device?user_code=WDJB-MJHT`),
        expiresInSeconds: 600,
      },
    ])
  })

  it('waits to be asked for where the browser is the first way (79)', async () => {
    const who = person()
    await attempt(who, (url) => fetch(url))
    expect(double.deviceRequests).toEqual([])
  })

  it('begins before the address is shown where no browser is (79)', async () => {
    const who = person('at-once')
    let codesThen = 0
    await attempt(who, () => {
      codesThen = who.codes.length
    })
    expect(codesThen).toBe(1)
    expect(double.authorizationRequests).toEqual([])
  })

  it('is alone when it was asked for alone: no listener, no address', async () => {
    const who = person('only')
    let sent = 0
    const { outcome } = await attempt(who, () => {
      sent += 1
    })
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect([sent, who.isListenedTo()]).toEqual([0, false])
  })

  it('is beaten by the browser, and asks no more then', async () => {
    const who = person('at-once')
    double.lies.devicePolls = Array(10_000).fill('authorization_pending')
    const { outcome } = await attempt(who, (url) => fetch(url))
    expect(outcome).toMatchObject({ accessToken: expect.stringMatching(/^access-token-/) })
    const polls = double.tokenRequests.length
    await tryLogin(double)
    expect(double.tokenRequests.length).toBe(polls + 1)
  })

  it('is offered once for each code, however often Enter is pressed', async () => {
    const who = person()
    double.lies.devicePolls = ['authorization_pending']
    await attempt(who, () => {
      for (const _each of [1, 2, 3]) who.type('')
    })
    expect(double.deviceRequests).toHaveLength(1)
  })

  it.each<[string, string]>([
    ['only', 'LOGIN_FAILED'],
    ['at-once', 'LOGIN_FAILED'],
  ])('that is declined ends the login (%s)', async (deviceGrant, code) => {
    const who = person(deviceGrant as OtherWays['deviceGrant'])
    double.lies.devicePolls = ['authorization_pending', 'access_denied']
    const { outcome } = await attempt(who, () => {})
    expect(outcome).toEqual(failsWith(code, /declined on the other device/))
  })

  it('whose code expires can be begun again', async () => {
    const who = person('at-once')
    double.lies.devicePolls = ['expired_token']
    const { outcome } = await attempt(who, async () => {
      await who.until(() => who.complaints.length > 0)
      who.type('')
    })
    expect(outcome).toMatchObject({ accessToken: 'access-token-2' })
    expect(who.complaints).toEqual([expect.stringMatching(/has expired: press Enter for a new one/)])
    expect(double.deviceRequests).toHaveLength(2)
  })

  it('whose code expires ends a login that has no other way', async () => {
    const who = person('only')
    double.lies.devicePolls = ['expired_token']
    const { outcome } = await attempt(who, () => {})
    expect(outcome).toEqual(failsWith('LOGIN_TIMEOUT', /code for the other device has expired/))
  })

  it('that the AuthService refuses to begin leaves the other ways', async () => {
    const who = person('at-once')
    double.lies.deviceRequest = (response) => sendJson(response, { error: 'unauthorized_client' }, 400)
    const { outcome } = await attempt(who, (url) => fetch(url))
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect(who.complaints).toEqual([
      expect.stringMatching(
        /not possible: the AuthService gives no code for another device: unauthorized_client/,
      ),
    ])
  })

  it('that no AuthService offers is not begun, and says so when it is the only way', async () => {
    double.lies.metadata = { device_authorization_endpoint: undefined }
    const who = person()
    await attempt(who, (url) => {
      who.type('')
      return fetch(url)
    })
    expect(double.deviceRequests).toEqual([])
    const { outcome } = await attempt(person('only'), () => {})
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', /offers no login on another device/))
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an address that is no https', { verification_uri: 'http://evil.example/' }, /neither https nor/],
    ['an address that is a script', { verification_uri: 'javascript:alert(1)' }, /is not an https URL/],
    ['a code with control characters', { user_code: 'AB\u001b[2JCD' }, /nobody can type/],
    ['a code of spaces', { user_code: '   ' }, /nobody can type/],
    ['a code without end', { user_code: 'A'.repeat(65) }, /nobody can type/],
  ])('does not show %s (97)', async (_what, change, message) => {
    const who = person('only')
    double.lies.deviceAuthorization = change
    const { outcome } = await attempt(who, () => {})
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', message))
    expect(who.codes).toEqual([])
  })

  it('leaves out a complete address that it would not open (97)', async () => {
    const who = person('only')
    double.lies.deviceAuthorization = { verification_uri_complete: 'file:///etc/passwd' }
    await attempt(who, () => {})
    expect(who.codes[0]).not.toHaveProperty('verificationUriComplete')
  })

  it.each([
    ['signed by another key', { foreignKey: true }, /signature/],
    ['for another client', { idTokenClaims: { aud: 'another' } }, /aud/],
    ['that is missing', { tokenResponse: { id_token: undefined } }, /no ID token/],
  ])('believes no ID token %s (86)', async (_what, lies, message) => {
    Object.assign(double.lies, lies)
    const { outcome } = await attempt(person('only'), () => {})
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', message))
  })

  it('ends with the time limit, and at an interruption', async () => {
    double.lies.devicePolls = Array(10_000).fill('authorization_pending')
    const { outcome } = await attempt(person('only'), () => {}, { timeoutSeconds: 0.3 })
    expect(outcome).toEqual(failsWith('LOGIN_TIMEOUT', /nobody finished/))
    const controller = new AbortController()
    const who = person('at-once')
    const run = attempt(who, () => controller.abort(), { signal: controller.signal })
    expect((await run).outcome).toEqual(failsWith('INTERRUPTED', /interrupted/))
    expect(who.isListenedTo()).toBe(false)
  })
})
