import { describe, expect, it } from 'vitest'
import type { Session } from '../../../src/session/session.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { type RunOptions, runAuthcli } from '../../support/cli/run-authcli.js'

const doubles = useDoubles()

const loggedIn = (session: Partial<Session> = {}) =>
  placeLogin(doubles.home, { api: doubles.api.resource, issuer: doubles.authService.issuer }, { session })
const token = (args: string[] = [], options: RunOptions = {}) =>
  runAuthcli(doubles.home, ['token', ...args], options)

const forbiddenNetwork = { http: () => Promise.reject(new Error('the network was used')) }

describe('authcli token', () => {
  it('prints the stored token and nothing else, to a terminal too, and asks nobody for it', async () => {
    await loggedIn()
    for (const options of [{}, { terminal: { columns: 80 } }]) {
      const run = await token([], { ...options, edges: forbiddenNetwork })
      expect(run).toEqual({ exitCode: 0, stdout: 'access-token-0\n', stderr: '' })
    }
  })

  it('prints a header that curl takes', async () => {
    await loggedIn()
    expect((await token(['--header'])).stdout).toBe('Authorization: Bearer access-token-0\n')
  })

  it('prints a document with the end of the token and its API', async () => {
    const expiresAt = Date.now() + 300_000
    await loggedIn({ expiresAt })
    expect(JSON.parse((await token(['--json'])).stdout)).toEqual({
      accessToken: 'access-token-0',
      tokenType: 'Bearer',
      expiresAt: new Date(expiresAt).toISOString(),
      resource: doubles.api.resource,
    })
  })

  it('refreshes first when less than --min-ttl is left, and stores what comes', async () => {
    const login = await loggedIn({ expiresAt: Date.now() + 300_000 })
    expect((await token(['--min-ttl', '200'])).stdout).toBe('access-token-0\n')
    expect((await token(['--min-ttl', '400'])).stdout).toBe('access-token-1\n')
    expect(await login.stored()).toMatchObject({ session: { refreshToken: 'refresh-token-1' } })
  })

  it('says so when even a new token is good for less than --min-ttl, and prints none', async () => {
    await loggedIn()
    const run = await token(['--min-ttl', '3600'])
    expect(run).toMatchObject({ exitCode: 1, stdout: '' })
    expect(run.stderr).toMatch(/no access token is to be had that is good for more than \d+ seconds/)
  })

  it('prints no expired token, and exits with 5 when no other is to be had now', async () => {
    await loggedIn({ expiresAt: Date.now() - 1000 })
    doubles.authService.lies.token = (response) => response.writeHead(503).end()
    expect(await token()).toMatchObject({ exitCode: 5, stdout: '' })
  })

  it('exits with 4 when nobody is logged in, or the session has ended', async () => {
    expect(await token()).toMatchObject({ exitCode: 4, stdout: '' })
    await loggedIn({ expiresAt: Date.now() - 1000 })
    doubles.authService.lies.token = (response) =>
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
    const run = await token()
    expect(run).toMatchObject({ exitCode: 4, stdout: '' })
    expect(run.stderr).toContain('authcli login')
  })

  it('gives back the token in AUTHCLI_TOKEN, but promises nothing of it', async () => {
    const env = { AUTHCLI_TOKEN: 'given', AUTHCLI_API: doubles.api.resource }
    expect(await token([], { env })).toMatchObject({ exitCode: 0, stdout: 'given\n' })
    expect(await token(['--min-ttl', '1'], { env })).toMatchObject({ exitCode: 1, stdout: '' })
  })

  it('never says the token on stderr, whatever is to be said there', async () => {
    await loggedIn({ expiresAt: Date.now() + 100_000 })
    const run = await token(['--verbose', '--min-ttl', '400'])
    expect(run.stdout).toBe('access-token-1\n')
    expect(run.stderr).toContain('refresh-finished')
    expect(run.stderr).not.toMatch(/(access|refresh)-token-\d/)
  })
})
