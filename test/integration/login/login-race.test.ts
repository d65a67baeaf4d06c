import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
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
import { failsWith, type LoginTry } from '../../support/cli/try-login.js'

let double: AuthServiceDouble

beforeAll(async () => {
  double = await startAuthServiceDouble()
})
afterAll(() => double.stop())
beforeEach(() => double.forget())

const attempt = (who: LoginPersonDouble, acts: (url: URL) => unknown, login: LoginTry = {}) =>
  attemptLogin(double, who, acts, login)

/** Where the AuthService sends a browser that follows the address, and that nobody opens. */
async function whereItEnds(authorizationUrl: URL): Promise<string> {
  const response = await fetch(authorizationUrl, { redirect: 'manual' })
  return response.headers.get('location') ?? ''
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
