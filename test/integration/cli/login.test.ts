import { describe, expect, it } from 'vitest'
import { startAuthServiceDouble } from '../../support/cli/auth-service-double.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { configurationOf } from '../../support/cli/home-files.js'
import { logIn, obedientBrowser, TERMINAL } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'

const doubles = useDoubles()

describe('authcli login', () => {
  it('needs nothing but the address of the API', async () => {
    const browser = obedientBrowser()
    const run = await runAuthcli(doubles.home, ['login', '--api', doubles.api.resource], {
      terminal: TERMINAL,
      edges: browser,
    })
    expect(run).toMatchObject({ exitCode: 0, stdout: '' })
    expect(run.stderr).toContain('✓\u001b[39m logged in as \u001b[1mdemo')
    expect(await browser.pages()).toEqual([expect.stringContaining('You are logged in')])
    expect(configurationOf(doubles.home).profiles['default']).toEqual({
      api: doubles.api.resource,
      issuer: doubles.authService.issuer,
      clientId: 'authcli',
      scope: 'openid profile email items:read items:write offline_access',
      store: 'file',
      refreshEarly: true,
      account: 'demo',
    })
  })

  it('shows no secret on the terminal, not even with --verbose (53)', async () => {
    const { stderr } = await logIn(doubles.home, doubles.api.resource, ['--verbose'])
    const withoutUrl = stderr.replace(/^http.*$/gm, '')
    const query = doubles.authService.authorizationRequests[0]
    const exchange = doubles.authService.tokenRequests[0]
    for (const secret of [
      query?.get('state'),
      query?.get('nonce'),
      exchange?.get('code'),
      exchange?.get('code_verifier'),
      'access-token-',
      'refresh-token-',
    ]) {
      expect(secret).toBeTruthy()
      expect(withoutUrl).not.toContain(secret)
    }
    expect(stderr).not.toContain(exchange?.get('code_verifier'))
  })

  it('traces what happened, in its order', async () => {
    const { stderr } = await logIn(doubles.home, doubles.api.resource, ['--verbose'])
    const events = [...stderr.matchAll(/^authcli: trace (\S+)(?: method=\S+ url=http:\/\/[^/ ]+(\S+))?/gm)]
    expect(events.map(([, event, path]) => (path === undefined ? event : `${event} ${path}`))).toEqual([
      'request /items',
      'response',
      'request /.well-known/oauth-protected-resource',
      'response',
      'request /.well-known/oauth-authorization-server',
      'response',
      'browser-opened',
      'callback-received',
      'request /token',
      'response',
      'request /jwks',
      'response',
      'tokens-received',
      'session-stored',
      'logged-in',
    ])
  })

  it('remembers the API, and asks it no more where to log in', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const run = await runAuthcli(doubles.home, ['login', '--verbose'], {
      terminal: TERMINAL,
      edges: obedientBrowser(),
    })
    expect(run.exitCode).toBe(0)
    expect(run.stderr).not.toContain('/items')
  })

  it('says how to find the AuthService anew when the one that it remembers is gone', async () => {
    const gone = await startAuthServiceDouble()
    doubles.api.lies = { metadata: { authorization_servers: [gone.issuer] } }
    await logIn(doubles.home, doubles.api.resource)
    await gone.stop()
    const run = await runAuthcli(doubles.home, ['login'], { terminal: TERMINAL })
    expect(run.exitCode).toBe(5)
    expect(run.stderr).toContain(`run \`authcli login --api ${doubles.api.resource}\``)
    doubles.api.lies = {}
    await logIn(doubles.home, doubles.api.resource)
    expect(configurationOf(doubles.home).profiles['default']).toMatchObject({
      issuer: doubles.authService.issuer,
    })
  })

  it('asks for the scope that it is told to ask for', async () => {
    await logIn(doubles.home, doubles.api.resource, ['--scope', 'items:read'])
    expect(doubles.authService.authorizationRequests[0]?.get('scope')).toBe(
      'openid profile items:read offline_access',
    )
  })

  it('says which scopes were not granted', async () => {
    doubles.authService.lies = { tokenResponse: { scope: 'openid profile email items:read offline_access' } }
    const { stderr } = await logIn(doubles.home, doubles.api.resource)
    expect(stderr).toContain('did not grant items:write')
  })

  it('says that it will not last without a refresh token', async () => {
    doubles.authService.lies = { tokenResponse: { refresh_token: undefined } }
    expect((await logIn(doubles.home, doubles.api.resource)).stderr).toContain('no refresh token')
  })

  it('logs in at the issuer that it is told, even if the API names none', async () => {
    doubles.api.lies = { metadata: { authorization_servers: [] } }
    await logIn(doubles.home, doubles.api.resource, ['--issuer', doubles.authService.issuer])
    expect(configurationOf(doubles.home).profiles['default']).toMatchObject({
      issuer: doubles.authService.issuer,
    })
  })

  it('shows a hostile name without letting it act on the terminal', async () => {
    doubles.authService.lies = {
      idTokenClaims: { preferred_username: '\u202edemo\u2066', name: '\u001b]0;x\u0007' },
    }
    const { stderr } = await logIn(doubles.home, doubles.api.resource, [], { env: { NO_COLOR: '1' } })
    expect(stderr).toContain('\\u{202e}demo\\u{2066}')
    expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  })

  it('shows a hostile error description without letting it act on the terminal', async () => {
    doubles.authService.lies = {
      answer: (honest) =>
        new URLSearchParams({
          error: 'access_denied',
          error_description: '\u001b[2Jno\r\nauthcli: logged in as root',
          state: honest.get('state') ?? '',
          iss: doubles.authService.issuer,
        }),
    }
    const run = await runAuthcli(doubles.home, ['login', '--api', doubles.api.resource], {
      terminal: TERMINAL,
      edges: obedientBrowser(),
    })
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('\\u{1b}[2Jno authcli: logged in as root')
  })

  it('names the provider to sign in at only when the person does', async () => {
    await logIn(doubles.home, doubles.api.resource, ['--provider', 'acme.example'])
    await logIn(doubles.home, doubles.api.resource)
    const { authorizationRequests } = doubles.authService
    expect(authorizationRequests.map((request) => request.get('provider'))).toEqual(['acme.example', null])
  })

  it('says that AUTHCLI_TOKEN goes before the login', async () => {
    const { stderr } = await logIn(doubles.home, doubles.api.resource, [], { env: { AUTHCLI_TOKEN: 'x' } })
    expect(stderr).toContain('AUTHCLI_TOKEN is set')
  })

  it.each<[string, number, RegExp]>([
    ['http://127.0.0.1:1', 5, /can't be reached: connection refused/],
    ['ftp://api.example', 2, /not an https URL/],
    ['http://api.example', 2, /neither https nor on this computer/],
  ])('says why %s is no API to log in to', async (address, exitCode, message) => {
    const run = await runAuthcli(doubles.home, ['login', '--api', address], { terminal: TERMINAL })
    expect(run.exitCode).toBe(exitCode)
    expect(run.stderr).toMatch(message)
  })
})
