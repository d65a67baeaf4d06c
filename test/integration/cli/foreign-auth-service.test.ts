import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ApiDouble, startApiDouble } from '../../support/cli/api-double.js'
import { type ForeignAuthService, startOidcProvider } from '../../support/cli/oidc-provider.js'
import { type Home, makeHome, runAuthcli } from '../../support/cli/run-authcli.js'
import { createUserAgent } from '../../support/scripted-user-agent.js'

let provider: ForeignAuthService
let api: ApiDouble
let home: Home

beforeEach(() => {
  // It has much to say about settings that no test needs.
  vi.spyOn(globalThis.console, 'info').mockReturnValue()
  vi.spyOn(globalThis.console, 'warn').mockReturnValue()
})
afterEach(async () => {
  vi.restoreAllMocks()
  home.remove()
  await Promise.all([api.stop(), provider.stop()])
})

/** Signs in at the pages of oidc-provider, and allows what is asked for. Gives the text of the last page. */
async function signIn(authorizationUrl: URL): Promise<string> {
  const agent = createUserAgent()
  const login = await agent.open(authorizationUrl)
  const consent = await agent.submit(login, { fill: { login: 'somebody', password: 'anything' } })
  return (await agent.submit(consent, { press: /continue/i })).text
}

describe("authcli and npm's oidc-provider", () => {
  it.each(['', '/tenant/one'])(
    'log in, spend, refresh and log out, with the issuer at "%s"',
    async (path) => {
      provider = await startOidcProvider(path)
      api = await startApiDouble(provider.issuer)
      home = makeHome()
      api.lies = { metadata: { scopes_supported: ['items:read'] } }
      api.pages = [[{ id: '1', title: 'One', createdAt: '2026-01-01T00:00:00.000Z' }]]

      let page: Promise<string> | undefined
      const login = await runAuthcli(home, ['login', '--api', api.resource], {
        terminal: { columns: 100 },
        env: { NO_COLOR: '1' },
        edges: {
          openBrowser: async (url) => {
            page = signIn(url)
            page.catch(() => {})
          },
        },
      })
      expect(login).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('✓ logged in as somebody') })
      expect(await page).toContain('You are logged in')

      expect(await runAuthcli(home, ['get-items'])).toMatchObject({ exitCode: 0 })
      const [firstToken = ''] = api.tokensSeen
      // The API takes it no more; any other is good.
      api.validTokens = { has: (token: string) => token !== firstToken } as Set<string>
      expect(await runAuthcli(home, ['get-items'])).toMatchObject({ exitCode: 0 })
      expect(api.tokensSeen).toHaveLength(3)
      expect(api.tokensSeen[2]).not.toBe(firstToken)

      const logout = await runAuthcli(home, ['logout', '--verbose'])
      expect(logout).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('and ended at') })
    },
  )
})
