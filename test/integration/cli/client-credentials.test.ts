import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sendJson } from '../../support/cli/auth-service-double.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { configurationOf, filesOf } from '../../support/cli/home-files.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { type RunOptions, runAuthcli } from '../../support/cli/run-authcli.js'

const doubles = useDoubles()

const SECRET = 'the-secret-of-a-service'
const service = () => ({
  AUTHCLI_CLIENT_ID: 'robot',
  AUTHCLI_CLIENT_SECRET: SECRET,
  AUTHCLI_API: doubles.api.resource,
})
const run = (args: string[], env: Record<string, string> = service(), options: RunOptions = {}) =>
  runAuthcli(doubles.home, args, { ...options, env: { ...env, ...options.env } })

describe('a secret in the environment', () => {
  it('gets a token for the API without any login, and stores nothing', async () => {
    doubles.api.pages = [[{ id: '1', title: 'Tea', createdAt: '2026-01-01T00:00:00.000Z' }]]
    const { exitCode, stdout } = await run(['get-items'])
    expect({ exitCode, items: JSON.parse(stdout) }).toMatchObject({ exitCode: 0, items: [{ title: 'Tea' }] })
    expect(doubles.authService.tokenRequests.map((body) => Object.fromEntries(body))).toEqual([
      { grant_type: 'client_credentials', resource: doubles.api.resource },
    ])
    expect(filesOf(doubles.home)).toEqual([])
  })

  it('counts for token, api and exec as well, and more than the login of a person', async () => {
    await placeLogin(doubles.home, { api: doubles.api.resource, issuer: doubles.authService.issuer })
    expect((await run(['token'])).stdout).toBe('access-token-1\n')
    expect((await run(['api', 'GET', '/items'])).exitCode).toBe(0)
    expect(doubles.api.tokensSeen).toEqual(['access-token-2'])
  })

  it('counts less than a token in the environment', async () => {
    expect((await run(['token'], { ...service(), AUTHCLI_TOKEN: 'given' })).stdout).toBe('given\n')
  })

  it('gets one more token when the API refuses the first, and only one', async () => {
    doubles.api.validTokens = new Set(['access-token-2'])
    expect((await run(['api', 'GET', '/items'])).exitCode).toBe(0)
    doubles.api.validTokens = new Set()
    expect((await run(['api', 'GET', '/items'])).exitCode).toBe(1)
    expect(doubles.authService.tokenRequests).toHaveLength(4)
  })

  it('asks the issuer and for the scope that the environment names', async () => {
    const env = {
      ...service(),
      AUTHCLI_API: 'https://api.example.com',
      AUTHCLI_ISSUER: doubles.authService.issuer,
      AUTHCLI_SCOPE: 'items:read',
    }
    const document = JSON.parse((await run(['token', '--json'], env)).stdout)
    expect(document).toMatchObject({ accessToken: 'access-token-1', resource: 'https://api.example.com' })
    expect(doubles.authService.tokenRequests[0]?.get('scope')).toBe('items:read')
  })

  it.each([
    [401, { error: 'invalid_client' }, 4],
    [400, { error: 'invalid_client' }, 4],
    [400, { error: 'unauthorized_client' }, 1],
    [503, {}, 5],
  ])('ends with a sentence when the AuthService answers %i %j', async (status, document, exitCode) => {
    doubles.authService.lies.token = (response) => {
      if (status === 401) response.setHeader('www-authenticate', 'Basic realm="x"')
      sendJson(response, document, status)
    }
    const { stdout, stderr, ...rest } = await run(['token'])
    expect({ ...rest, stdout }).toEqual({ exitCode, stdout: '' })
    expect(stderr).toMatch(/^authcli: the AuthService /)
    expect(stderr).not.toContain(SECRET)
  })

  it('is not enough alone', async () => {
    const { AUTHCLI_API: _, ...noApi } = service()
    expect(await run(['token'], noApi)).toMatchObject({ exitCode: 2 })
    const { AUTHCLI_CLIENT_ID: __, ...noId } = service()
    expect(await run(['token'], noId)).toMatchObject({ exitCode: 2 })
  })

  it('is shown by nothing, not even in the trace', async () => {
    const { stderr } = await run(['get-items', '--verbose'])
    expect(stderr).toContain('tokens-received')
    expect(stderr).not.toContain(SECRET)
    expect(stderr).not.toContain(Buffer.from(`robot:${SECRET}`).toString('base64'))
  })
})

describe('authcli login --client-credentials', () => {
  const logIn = (env?: Record<string, string>) => run(['login', '--client-credentials'], env)

  it('is listed among the profiles as a service, under its client id', async () => {
    await logIn()
    expect((await run(['profile', 'list'])).stdout).toContain('service robot')
    expect(JSON.parse((await run(['profile', 'list', '--json'])).stdout)).toMatchObject([
      { account: null, clientId: 'robot', grant: 'client_credentials', store: 'none' },
    ])
  })

  it('remembers all but the secret, after which the secret alone is enough', async () => {
    expect(await logIn()).toMatchObject({ exitCode: 0, stdout: '' })
    expect(configurationOf(doubles.home).profiles['default']).toEqual({
      api: doubles.api.resource,
      issuer: doubles.authService.issuer,
      clientId: 'robot',
      scope: '',
      store: 'none',
      refreshEarly: true,
      grant: 'client_credentials',
    })
    for (const file of filesOf(doubles.home)) {
      expect(readFileSync(join(doubles.home.path, file), 'latin1')).not.toMatch(/secret|access-token/)
    }
    expect((await run(['token'], { AUTHCLI_CLIENT_SECRET: SECRET })).stdout).toBe('access-token-2\n')
  })

  it('says what to set when the secret is missing, then and later', async () => {
    const { AUTHCLI_CLIENT_SECRET: _, ...rest } = service()
    expect((await logIn(rest)).stderr).toContain('AUTHCLI_CLIENT_SECRET')
    expect((await logIn()).exitCode).toBe(0)
    const later = await run(['get-items'], {})
    expect(later).toMatchObject({ exitCode: 4, stdout: '' })
    expect(later.stderr).toContain('set AUTHCLI_CLIENT_SECRET')
  })

  it('ends the login of the person who was there', async () => {
    const login = await placeLogin(doubles.home, {
      api: doubles.api.resource,
      issuer: doubles.authService.issuer,
    })
    expect((await logIn()).exitCode).toBe(0)
    expect(await login.stored()).toEqual({ state: 'missing' })
    expect(doubles.authService.revocationRequests[0]?.get('token')).toBe('refresh-token-0')
  })

  it('changes nothing when the secret is wrong', async () => {
    doubles.authService.lies.token = (response) => sendJson(response, { error: 'invalid_client' }, 401)
    expect((await logIn()).exitCode).toBe(4)
    expect(filesOf(doubles.home)).toEqual([])
  })
})
