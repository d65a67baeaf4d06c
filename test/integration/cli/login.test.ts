import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AuthcliError } from '../../../src/errors.js'
import type { SessionStore } from '../../../src/session/session-store.js'
import { type ApiDouble, startApiDouble } from '../../support/cli/api-double.js'
import { type AuthServiceDouble, startAuthServiceDouble } from '../../support/cli/auth-service-double.js'
import { logIn, obedientBrowser, TERMINAL } from '../../support/cli/logged-in.js'
import { type Home, makeHome, runAuthcli } from '../../support/cli/run-authcli.js'

let authService: AuthServiceDouble
let api: ApiDouble
let home: Home

beforeAll(async () => {
  authService = await startAuthServiceDouble()
  api = await startApiDouble(authService.issuer)
})
afterAll(() => Promise.all([authService.stop(), api.stop()]))
beforeEach(() => {
  home = makeHome()
  authService.lies = {}
  authService.authorizationRequests.length = 0
  authService.tokenRequests.length = 0
  authService.revocationRequests.length = 0
  api.lies = {}
})
afterEach(() => home.remove())

function configuration(): { profiles: Record<string, Record<string, unknown>> } {
  return JSON.parse(readFileSync(join(home.path, '.config/authcli/config.json'), 'utf8'))
}

/** Every file below the home, by its path. */
function files(): string[] {
  return readdirSync(home.path, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(home.path, name)).isFile())
    .sort()
}

const NOTHING_STARTS = {
  openBrowser: async () => {
    throw new Error('no browser here')
  },
}

describe('authcli login', () => {
  it('needs nothing but the address of the API', async () => {
    const browser = obedientBrowser()
    const run = await runAuthcli(home, ['login', '--api', api.resource], {
      terminal: TERMINAL,
      edges: browser,
    })
    expect(run).toMatchObject({ exitCode: 0, stdout: '' })
    expect(run.stderr).toContain('✓\u001b[39m logged in as \u001b[1mdemo')
    expect(await browser.pages()).toEqual([expect.stringContaining('You are logged in')])
    expect(configuration().profiles['default']).toEqual({
      api: api.resource,
      issuer: authService.issuer,
      clientId: 'authcli',
      scope: 'openid profile email items:read items:write offline_access',
      store: 'file',
      refreshEarly: true,
      account: 'demo',
    })
  })

  it('keeps no secret outside the store, and its files to the user (100)', async () => {
    await logIn(home, api.resource)
    expect(files()).toEqual(['.config/authcli/config.json', '.local/state/authcli/sessions/default.json'])
    for (const file of files()) {
      expect(statSync(join(home.path, file)).mode & 0o777).toBe(0o600)
      expect(readFileSync(join(home.path, file), 'utf8')).not.toMatch(/(access|refresh)-token-\d/)
    }
  })

  it('shows no secret on the terminal, not even with --verbose (53)', async () => {
    const { stderr } = await logIn(home, api.resource, ['--verbose'])
    const withoutUrl = stderr.replace(/^http.*$/gm, '')
    const query = authService.authorizationRequests[0]
    const exchange = authService.tokenRequests[0]
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
    const { stderr } = await logIn(home, api.resource, ['--verbose'])
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

  it('prints the address before the browser is opened', async () => {
    let stderr = ''
    let printedBefore = ''
    await logIn(home, api.resource, [], {
      onTalk: (text) => {
        stderr = text
      },
      edges: {
        openBrowser: async (url) => {
          printedBefore = stderr
          await fetch(url)
        },
      },
    })
    expect(printedBefore).toContain(`\n${authService.issuer}/authorize?`)
  })

  it('goes on when no browser starts: the address is there', async () => {
    const run = await logIn(home, api.resource, [], { ...openPrinted(), edges: NOTHING_STARTS })
    expect(run.stderr).toContain('the browser could not be opened (no browser here)')
  })

  it('goes on when the browser ends badly', async () => {
    const run = await logIn(home, api.resource, [], {
      ...openPrinted(),
      edges: {
        openBrowser: async (_url, onFailure) => onFailure('its launcher ended with exit code 3'),
      },
    })
    expect(run.stderr).toContain('exit code 3')
  })

  it('opens nothing with --no-browser', async () => {
    const browser = obedientBrowser()
    await logIn(home, api.resource, ['--no-browser'], { ...openPrinted(), edges: browser })
    expect(browser.opened).toEqual([])
  })

  it('prints the address with --quiet too, and little else', async () => {
    const { stderr } = await logIn(home, api.resource, ['--quiet'])
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^Your browser opens this page/),
      expect.stringMatching(/^http:.*authorize/),
    ])
  })

  it.each([[['--no-browser']], [['--timeout', '60']], [['--no-browser', '--timeout', '60']]])(
    'waits without a terminal when told so with %j, and opens nothing',
    async (args) => {
      const browser = obedientBrowser()
      const run = await runAuthcli(home, ['login', '--api', api.resource, ...args], {
        ...openPrinted(),
        edges: browser,
      })
      expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('✓ logged in as demo') })
      expect(browser.opened).toEqual([])
    },
  )

  it('without a terminal asks nobody and nothing, and says what to do', async () => {
    let requests = 0
    const run = await runAuthcli(home, ['login', '--api', api.resource], {
      edges: {
        http: async () => {
          requests += 1
          throw new Error('nothing may be asked')
        },
      },
    })
    expect(run.exitCode).toBe(4)
    expect(run.stderr).toMatch(/^authcli: nobody is here to log in.*\nauthcli: hint: .*--no-browser.*\n$/)
    expect(requests).toBe(0)
  })

  it('finds out before the browser opens that nothing could be stored, and writes nothing', async () => {
    const browser = obedientBrowser()
    const unavailable = () => {
      throw new AuthcliError('KEYCHAIN_UNAVAILABLE', 'there is no keychain', { hint: 'use another store' })
    }
    const store = { kind: 'keychain', place: 'the keychain', prepare: async () => unavailable() }
    const run = await runAuthcli(home, ['login', '--api', api.resource, '--store', 'keychain'], {
      terminal: TERMINAL,
      edges: { ...browser, openStore: () => store as unknown as SessionStore },
    })
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('there is no keychain')
    expect(browser.opened).toEqual([])
    expect(files()).toEqual([])
  })

  it('says "logged in" neither on the terminal nor in the browser when the store loses the session', async () => {
    const browser = obedientBrowser()
    const store: SessionStore = {
      kind: 'keychain',
      place: 'the keychain',
      slot: 'test',
      prepare: async () => {},
      read: async () => ({ state: 'missing' }),
      write: async () => {},
      remove: async () => {},
    }
    const run = await runAuthcli(home, ['login', '--api', api.resource], {
      terminal: TERMINAL,
      edges: { ...browser, openStore: () => store },
    })
    expect(run.exitCode).toBe(1)
    expect(run.stderr).not.toContain('logged in as')
    expect(await browser.pages()).toEqual([expect.stringContaining('The login failed')])
    expect(files()).toEqual([])
  })

  it('over an existing login stores the new one first, and then revokes the old one', async () => {
    await logIn(home, api.resource)
    const run = await logIn(home, api.resource, ['--verbose'])
    expect(run.stderr.indexOf('trace session-stored')).toBeLessThan(run.stderr.indexOf('/revoke'))
    expect(authService.revocationRequests.map((body) => body.get('token'))).toEqual(['refresh-token-1'])
  })

  it('leaves the existing login alone when the new one fails', async () => {
    await logIn(home, api.resource)
    authService.lies = { idTokenClaims: { nonce: 'another' } }
    const failed = await runAuthcli(home, ['login'], { terminal: TERMINAL, edges: obedientBrowser() })
    expect(failed.exitCode).toBe(1)
    expect(authService.revocationRequests).toEqual([])
    expect(await runAuthcli(home, ['status'])).toMatchObject({ exitCode: 0 })
  })

  it('ends the login that the profile had at another AuthService', async () => {
    const otherService = await startAuthServiceDouble()
    const otherApi = await startApiDouble(otherService.issuer)
    try {
      await logIn(home, api.resource)
      await logIn(home, otherApi.resource)
      expect(configuration().profiles['default']).toMatchObject({ issuer: otherService.issuer })
      expect(await runAuthcli(home, ['status'])).toMatchObject({ exitCode: 0 })
      expect(authService.revocationRequests.map((body) => body.get('token'))).toEqual(['refresh-token-1'])
      expect(otherService.revocationRequests).toEqual([])
    } finally {
      await Promise.all([otherService.stop(), otherApi.stop()])
    }
  })

  it('keeps the logins of different profiles apart', async () => {
    await logIn(home, api.resource)
    await logIn(home, api.resource, ['--profile', 'work'])
    expect(Object.keys(configuration().profiles)).toEqual(['default', 'work'])
    expect(authService.revocationRequests).toEqual([])
  })

  it('remembers the API, and asks it no more where to log in', async () => {
    await logIn(home, api.resource)
    const run = await runAuthcli(home, ['login', '--verbose'], {
      terminal: TERMINAL,
      edges: obedientBrowser(),
    })
    expect(run.exitCode).toBe(0)
    expect(run.stderr).not.toContain('/items')
  })

  it('asks for the scope that it is told to ask for', async () => {
    await logIn(home, api.resource, ['--scope', 'items:read'])
    expect(authService.authorizationRequests[0]?.get('scope')).toBe('openid items:read offline_access')
  })

  it('says which scopes were not granted', async () => {
    authService.lies = { tokenResponse: { scope: 'openid profile email items:read offline_access' } }
    const { stderr } = await logIn(home, api.resource)
    expect(stderr).toContain('did not grant items:write')
  })

  it('says that it will not last without a refresh token', async () => {
    authService.lies = { tokenResponse: { refresh_token: undefined } }
    expect((await logIn(home, api.resource)).stderr).toContain('no refresh token')
  })

  it('logs in at the issuer that it is told, even if the API names none', async () => {
    api.lies = { metadata: { authorization_servers: [] } }
    await logIn(home, api.resource, ['--issuer', authService.issuer])
    expect(configuration().profiles['default']).toMatchObject({ issuer: authService.issuer })
  })

  it('shows a hostile name without letting it act on the terminal', async () => {
    authService.lies = { idTokenClaims: { preferred_username: '\u202edemo\u2066', name: '\u001b]0;x\u0007' } }
    const { stderr } = await logIn(home, api.resource, [], { env: { NO_COLOR: '1' } })
    expect(stderr).toContain('\\u{202e}demo\\u{2066}')
    expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  })

  it('shows a hostile error description without letting it act on the terminal', async () => {
    authService.lies = {
      answer: (honest) =>
        new URLSearchParams({
          error: 'access_denied',
          error_description: '\u001b[2Jno\r\nauthcli: logged in as root',
          state: honest.get('state') ?? '',
          iss: authService.issuer,
        }),
    }
    const run = await runAuthcli(home, ['login', '--api', api.resource], {
      terminal: TERMINAL,
      edges: obedientBrowser(),
    })
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('\\u{1b}[2Jno authcli: logged in as root')
  })

  it('ends with 130 at an interruption, and nothing is stored', async () => {
    const controller = new AbortController()
    let callback = ''
    const run = await runAuthcli(home, ['login', '--api', api.resource], {
      terminal: TERMINAL,
      signal: controller.signal,
      edges: {
        openBrowser: async (url) => {
          callback = url.searchParams.get('redirect_uri') ?? ''
          controller.abort()
        },
      },
    })
    expect(run.exitCode).toBe(130)
    expect(run.stderr).toContain('authcli:\u001b[39m interrupted')
    await expect(fetch(callback)).rejects.toThrow()
    expect(files()).toEqual([])
  })

  it('ends when nobody comes within the time limit', async () => {
    const run = await runAuthcli(home, ['login', '--api', api.resource, '--no-browser', '--timeout', '1'])
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('nobody finished the login within 1 second')
  })

  it('says that AUTHCLI_TOKEN goes before the login', async () => {
    const { stderr } = await logIn(home, api.resource, [], { env: { AUTHCLI_TOKEN: 'x' } })
    expect(stderr).toContain('AUTHCLI_TOKEN is set')
  })

  it('leaves a configuration file that it does not understand alone', async () => {
    const path = join(home.path, '.config/authcli/config.json')
    mkdirSync(join(home.path, '.config/authcli'), { recursive: true })
    writeFileSync(path, '{"version":1,')
    const run = await runAuthcli(home, ['login', '--api', api.resource], { terminal: TERMINAL })
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toContain('leaves it as it is')
    expect(readFileSync(path, 'utf8')).toBe('{"version":1,')
  })

  it.each<[string, number, RegExp]>([
    ['http://127.0.0.1:1', 5, /can't be reached: connection refused/],
    ['ftp://api.example', 2, /not an https URL/],
    ['http://api.example', 2, /neither https nor on this computer/],
  ])('says why %s is no API to log in to', async (address, exitCode, message) => {
    const run = await runAuthcli(home, ['login', '--api', address], { terminal: TERMINAL })
    expect(run.exitCode).toBe(exitCode)
    expect(run.stderr).toMatch(message)
  })
})

/** Opens the printed address, as a person does who copies it. */
function openPrinted() {
  let isOpened = false
  return {
    onTalk: (stderr: string) => {
      const address = /^http\S+\/authorize\S+$/m.exec(stderr)?.[0]
      if (isOpened || address === undefined) return
      isOpened = true
      void fetch(address)
    },
  }
}
