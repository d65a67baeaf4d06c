import { describe, expect, it } from 'vitest'
import { createHttp } from '../../../src/http.js'
import { createClientTokens } from '../../../src/session/client-credentials.js'
import { useDoubles } from '../../support/cli/doubles.js'

const doubles = useDoubles()

function setUp() {
  const clock = { now: 0 }
  const now = () => clock.now
  const trace = () => {}
  const http = createHttp({ env: {}, userAgent: 'test', trace, now, random: Math.random })
  const { authService, api } = doubles
  const login = {
    clientId: 'robot',
    clientSecret: 'secret',
    resource: api.resource,
    issuer: authService.issuer,
  }
  return {
    clock,
    tokens: createClientTokens({ http, now, trace }, login),
    asked: () => authService.tokenRequests.length,
  }
}

describe('the tokens of a client', () => {
  it('are asked for once by all who want one, and kept while they are good', async () => {
    const { tokens, asked, clock } = setUp()
    const wanted = await Promise.all(Array.from({ length: 20 }, () => tokens.current()))
    expect(new Set(wanted)).toEqual(new Set(['access-token-1']))
    clock.now = 539_000
    expect(await tokens.current()).toBe('access-token-1')
    expect(asked()).toBe(1)
  })

  it('are asked for again a little before they end', async () => {
    const { tokens, clock } = setUp()
    await tokens.current()
    clock.now = 540_000
    expect(await tokens.current()).toBe('access-token-2')
  })

  it('are replaced when the API refuses one, but not twice for the same', async () => {
    const { tokens, asked } = setUp()
    const refused = await tokens.current()
    expect(await tokens.replace(refused)).toBe('access-token-2')
    expect(await tokens.replace(refused)).toBe('access-token-2')
    expect(asked()).toBe(2)
  })

  it('last as long as is asked for, or are not given', async () => {
    const { tokens, clock } = setUp()
    expect(await tokens.lasting(500)).toMatchObject({ accessToken: 'access-token-1', expiresAt: 600_000 })
    clock.now = 200_000
    expect(await tokens.lasting(500)).toMatchObject({ accessToken: 'access-token-2', expiresAt: 800_000 })
    await expect(tokens.lasting(3600)).rejects.toMatchObject({ code: 'TOKEN_TOO_SHORT' })
  })

  it.each([
    ['an access token that no header could carry', { access_token: 'a b' }],
    ['another type of token', { token_type: 'N_A' }],
  ])('are not %s', async (_what, tokenResponse) => {
    doubles.authService.lies.tokenResponse = tokenResponse
    await expect(setUp().tokens.current()).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
  })
})
