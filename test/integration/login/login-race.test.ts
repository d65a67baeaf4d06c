import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceCode } from '../../../src/login/device-grant.js'
import type { OtherWays } from '../../../src/login/login-ways.js'
import {
  type AuthServiceDouble,
  sendJson,
  startAuthServiceDouble,
} from '../../support/cli/auth-service-double.js'
import { failsWith, type LoginTry, RESOURCE, SCOPE, tryLogin } from '../../support/cli/try-login.js'

let double: AuthServiceDouble

beforeAll(async () => {
  double = await startAuthServiceDouble()
})
afterAll(() => double.stop())
beforeEach(() => double.forget())

/** A person who only does what the test does, at a terminal. */
function person(deviceGrant: OtherWays['deviceGrant'] = 'on-request') {
  const complaints: string[] = []
  const codes: DeviceCode[] = []
  let onLine: ((line: string) => void) | undefined
  let listens = 0
  const heard = listeners()
  const otherWays: OtherWays = {
    deviceGrant,
    readLines(listen) {
      onLine = listen
      listens += 1
      return () => {
        onLine = undefined
        listens = 0
      }
    },
    showDeviceCode(code) {
      codes.push(code)
      heard.tell()
    },
    complain(problem) {
      complaints.push(problem)
      heard.tell()
    },
  }
  return {
    otherWays,
    complaints,
    codes,
    type: (line: string) => onLine?.(line),
    isListenedTo: () => listens > 0,
    until: heard.until,
  }
}

/** Lets a test wait until something is true that a callback changes. */
function listeners() {
  const waiting = new Set<() => void>()
  return {
    tell: () => {
      for (const look of waiting) look()
    },
    until: (isTrue: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (isTrue()) resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

/** Where the AuthService sends a browser that follows the address, and that nobody opens. */
async function whereItEnds(authorizationUrl: URL): Promise<string> {
  const response = await fetch(authorizationUrl, { redirect: 'manual' })
  return response.headers.get('location') ?? ''
}

/** A try in which the person does this as soon as they see the address. */
function attempt(who: ReturnType<typeof person>, acts: (url: URL) => unknown, login: LoginTry = {}) {
  return tryLogin(double, {
    ...login,
    otherWays: who.otherWays,
    // What is pasted at once would come before anybody listens.
    person: (url) => void Promise.resolve().then(() => acts(url)),
  })
}

describe('a pasted answer', () => {
  it('logs in like the redirect: with code, verifier and redirect URI of the same request', async () => {
    const who = person()
    const { outcome, trace } = await attempt(who, async (url) => who.type(await whereItEnds(url)))
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect(trace.map(({ event }) => event)).toEqual(['answer-pasted', 'tokens-received'])
    const [asked, exchanged] = [double.authorizationRequests[0], double.tokenRequests[0]]
    expect(exchanged?.get('redirect_uri')).toBe(asked?.get('redirect_uri'))
    expect(exchanged?.get('code_verifier')).toMatch(/^[\w-]{43}$/)
    expect(who.isListenedTo()).toBe(false)
  })

  it('closes the listener that it beat (98)', async () => {
    const who = person()
    let callback = ''
    await attempt(who, async (url) => {
      callback = url.searchParams.get('redirect_uri') ?? ''
      who.type(await whereItEnds(url))
    })
    await expect(fetch(callback)).rejects.toThrow()
  })

  it.each([
    ['nonsense', () => 'what now', /neither an address nor a code/],
    [
      'the answer to another login',
      (good: string) => good.replace(/state=[^&]+/, 'state=x'),
      /not the answer/,
    ],
    ['another issuer', (good: string) => good.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'), /iss/],
    ['no issuer, though it was promised', (good: string) => good.replace(/&iss=[^&]+/, ''), /iss/],
    ['a code alone', (good: string) => /code=([^&]+)/.exec(good)?.[1] ?? '', /does not say where it is from/],
  ])(
    'that is wrong is told, sent nowhere, and the wait goes on: %s (85, 99)',
    async (_what, spoil, complaint) => {
      const who = person()
      const { outcome } = await attempt(who, async (url) => {
        const good = await whereItEnds(url)
        who.type(spoil(good))
        await who.until(() => who.complaints.length > 0)
        expect(double.tokenRequests).toEqual([])
        who.type(good)
      })
      expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
      expect(who.complaints).toEqual([expect.stringMatching(complaint)])
    },
  )

  it('whose code is not exchanged is told, and the wait goes on', async () => {
    const who = person()
    double.lies.token = (response) => {
      delete double.lies.token
      sendJson(response, { error: 'invalid_grant', error_description: 'the code is too old' }, 400)
    }
    const { outcome } = await attempt(who, async (url) => {
      who.type(await whereItEnds(url))
      await who.until(() => who.complaints.length > 0)
      who.type(await whereItEnds(url))
    })
    expect(outcome).toMatchObject({ accessToken: 'access-token-2' })
    expect(who.complaints).toEqual([expect.stringMatching(/did not work: .*the code is too old/)])
  })

  it('that says no ends the login, as in the browser', async () => {
    const who = person()
    const no = (honest: URLSearchParams) => {
      const answer = new URLSearchParams(honest)
      answer.delete('code')
      answer.set('error', 'access_denied')
      return answer
    }
    double.lies.answer = no
    const { outcome } = await attempt(who, async (url) => who.type(await whereItEnds(url)))
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', /declined/))
  })

  it('is exchanged once, though the browser brings the same code meanwhile (28)', async () => {
    const who = person()
    const { outcome } = await attempt(who, async (url) => {
      const end = await whereItEnds(url)
      who.type(end)
      await fetch(end)
    })
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect(double.tokenRequests).toHaveLength(1)
  })

  it('may be the code alone where the person named the issuer', async () => {
    const who = person()
    const pasteCode = async (url: URL) => {
      await whereItEnds(url)
      who.type('code-1')
    }
    const { outcome } = await attempt(who, pasteCode, { takesCodeAlone: true })
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect(double.tokenRequests[0]?.get('code_verifier')).toMatch(/^[\w-]{43}$/)
  })

  it("that is somebody else's code alone is not believed: its ID token has another nonce (99)", async () => {
    const who = person()
    double.lies.idTokenClaims = { nonce: 'of-another-login' }
    const pasteCode = async (url: URL) => {
      await whereItEnds(url)
      who.type('code-1')
      await who.until(() => who.complaints.length > 0)
      double.lies = {}
      who.type('code-1')
    }
    const { outcome } = await attempt(who, pasteCode, { takesCodeAlone: true })
    expect(who.complaints).toEqual([expect.stringMatching(/nonce/)])
    expect(outcome).toMatchObject({ accessToken: 'access-token-2' })
  })
})

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
    expect(who.complaints).toEqual([expect.stringMatching(/not possible: .*unauthorized_client/)])
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
  ])('shows no %s (97)', async (_what, change, message) => {
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
