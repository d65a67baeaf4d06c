import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AuthServiceDouble, startAuthServiceDouble } from '../../support/cli/auth-service-double.js'
import { CLIENT_ID, failsWith, RESOURCE, SCOPE, tryLogin } from '../../support/cli/try-login.js'

let double: AuthServiceDouble

beforeAll(async () => {
  double = await startAuthServiceDouble()
})
afterAll(() => double.stop())
beforeEach(() => double.forget())

describe('the authorization code flow', () => {
  it('exchanges the code for checked tokens', async () => {
    const { outcome, page, trace } = await tryLogin(double)
    expect(outcome).toMatchObject({
      accessToken: 'access-token-1',
      refreshToken: 'refresh-token-1',
      expiresInSeconds: 600,
      scope: SCOPE,
      idTokenClaims: { sub: 'subject-1', preferred_username: 'demo' },
    })
    expect(page).toContain('You are logged in')
    expect(trace.map(({ event }) => event)).toEqual(['callback-received', 'tokens-received'])
  })

  it('asks with PKCE S256, state, nonce, resource and a loopback redirect', async () => {
    await tryLogin(double)
    const [query] = double.authorizationRequests
    expect(Object.fromEntries(query ?? [])).toEqual({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      scope: SCOPE,
      resource: RESOURCE,
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'consent',
    })
  })

  it('proves with the verifier of its challenge that it asked, and names resource and redirect again', async () => {
    await tryLogin(double)
    const body = Object.fromEntries(double.tokenRequests[0] ?? [])
    expect(body).toEqual({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code: 'code-1',
      redirect_uri: double.authorizationRequests[0]?.get('redirect_uri'),
      resource: RESOURCE,
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    })
    const challenge = createHash('sha256')
      .update(body['code_verifier'] ?? '')
      .digest('base64url')
    expect(challenge).toBe(double.authorizationRequests[0]?.get('code_challenge'))
  })

  it('asks for consent only where it asks to go on without the person', async () => {
    await tryLogin(double, { scope: 'openid items:read' })
    expect(double.authorizationRequests[0]?.has('prompt')).toBe(false)
  })

  it('uses a fresh verifier, state, nonce and port for each try (99)', async () => {
    await tryLogin(double)
    await tryLogin(double)
    const [one, other] = double.authorizationRequests
    for (const name of ['state', 'nonce', 'code_challenge', 'redirect_uri']) {
      expect(one?.get(name)).not.toBe(other?.get(name))
    }
    expect(double.tokenRequests[0]?.get('code_verifier')).not.toBe(
      double.tokenRequests[1]?.get('code_verifier'),
    )
  })

  it('shows "logged in" only after the tokens were kept', async () => {
    const kept = await tryLogin(double, { keep: async () => 'kept' })
    expect(kept).toMatchObject({ outcome: 'kept', page: expect.stringContaining('You are logged in') })
    const lost = await tryLogin(double, {
      keep: async () => {
        throw new Error('the store is full')
      },
    })
    expect(lost.outcome).toMatchObject({ message: 'the store is full' })
    expect(lost.page).toContain('The login failed')
  })

  it.each([
    ['the wrong issuer', { iss: 'http://evil.example' }, /unexpected iss/],
    ['the issuer with a slash', { iss: 'slash' }, /unexpected iss/],
    ['no issuer, though the server promised one', { iss: undefined }, /iss .*missing/],
  ])('believes no answer with %s (15, 85, 99)', async (_what, change, message) => {
    double.lies.answer = (honest) => changed(honest, change)
    const { outcome, page } = await tryLogin(double)
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', message))
    expect(page).toContain('The login failed')
    expect(double.tokenRequests).toEqual([])
  })

  it('looks at the issuer before it believes an error (85, 99)', async () => {
    const change = { code: undefined, error: 'access_denied', iss: 'http://evil.example' }
    double.lies.answer = (honest) => changed(honest, change)
    expect((await tryLogin(double)).outcome).toEqual(failsWith('LOGIN_FAILED', /unexpected iss/))
  })

  it.each([
    ['wrong state', { state: 'wrong' }],
    ['no state', { state: undefined }],
    ['an error and the wrong state', { code: undefined, error: 'access_denied', state: 'wrong' }],
  ])('waits on after an answer with %s, until its time is over (99)', async (_what, change) => {
    double.lies.answer = (honest) => changed(honest, change)
    const { outcome, page } = await tryLogin(double, { timeoutSeconds: 0.3 })
    expect(outcome).toEqual(failsWith('LOGIN_TIMEOUT', /nobody finished the login/))
    expect(page).toContain('not the expected answer')
    expect(double.tokenRequests).toEqual([])
  })

  it.each(['code', 'state', 'iss'])('waits on after an answer that repeats %s (12, 99)', async (name) => {
    double.lies.answer = (honest) => new URLSearchParams([...honest, [name, honest.get(name) ?? '']])
    const { outcome } = await tryLogin(double, { timeoutSeconds: 0.3 })
    expect(outcome).toEqual(failsWith('LOGIN_TIMEOUT', /nobody finished/))
    expect(double.tokenRequests).toEqual([])
  })

  it('succeeds with the right answer after strays, forgeries and a slow start (98, 99)', async () => {
    const { outcome } = await tryLogin(double, {
      person: async (url) => {
        const callback = url.searchParams.get('redirect_uri') ?? ''
        await fetch(`${new URL(callback).origin}/favicon.ico`)
        await fetch(`${callback}?error=access_denied&state=guessed`)
        await fetch(`${callback}?code=stolen&state=guessed&iss=${double.issuer}`)
        await fetch(url)
      },
    })
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect(double.tokenRequests[0]?.get('code')).toBe('code-1')
  })

  it('exchanges one code, however often the browser comes back (98)', async () => {
    const { outcome } = await tryLogin(double, {
      person: async (url) => {
        const redirect = await fetch(url, { redirect: 'manual' })
        const callback = redirect.headers.get('location') ?? ''
        await Promise.all([fetch(callback), fetch(callback), fetch(callback)])
      },
    })
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect(double.tokenRequests).toHaveLength(1)
  })

  it('says that the person declined', async () => {
    const change = { code: undefined, error: 'access_denied', error_description: 'they said no' }
    double.lies.answer = (honest) => changed(honest, change)
    const { outcome, page } = await tryLogin(double)
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', /declined: access_denied – they said no/))
    expect(page).toContain('The login failed')
  })

  it('ends at once when it is interrupted, and leaves no listener behind (98)', async () => {
    const controller = new AbortController()
    let callback = ''
    const { outcome } = await tryLogin(double, {
      signal: controller.signal,
      person: (url) => {
        callback = url.searchParams.get('redirect_uri') ?? ''
        controller.abort()
      },
    })
    expect(outcome).toEqual(failsWith('INTERRUPTED', /interrupted/))
    await expect(fetch(callback)).rejects.toThrow()
  })
})

function changed(honest: URLSearchParams, change: Record<string, string | undefined>): URLSearchParams {
  const parameters = new URLSearchParams(honest)
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) parameters.delete(name)
    else parameters.set(name, value === 'slash' ? `${double.issuer}/` : value)
  }
  return parameters
}
