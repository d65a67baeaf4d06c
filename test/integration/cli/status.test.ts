import { describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { logIn } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'

const doubles = useDoubles()

const NO_NETWORK = {
  http: () => {
    throw new Error('status asks nobody')
  },
}

describe('authcli status', () => {
  it('says who is logged in, where, for what, and how long the token is good for', async () => {
    const loggedInAt = Date.now()
    await logIn(doubles.home, doubles.api.resource, [], { now: () => loggedInAt })
    const now = () => loggedInAt + 61_000
    const { exitCode, stdout, stderr } = await runAuthcli(doubles.home, ['status'], {
      now,
      edges: NO_NETWORK,
    })
    expect(exitCode).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'Logged in as   demo',
      'Profile        default',
      `API            ${doubles.api.resource}`,
      `AuthService    ${doubles.authService.issuer}`,
      'Client         authcli',
      'Scope          openid profile email items:read items:write offline_access',
      `Session        in ${doubles.home.path}/.local/state/authcli/sessions/default.json`,
      '               to move it: authcli session move --to keychain',
      'Access token   valid for 8 minutes, then renewed by itself',
      '',
    ])
    expect(stderr).toBe('')
  })

  it.each([
    ['that has expired', {}, 601_000, /expired; renewed by itself when it is needed/],
    ['that nothing renews', { refresh_token: undefined }, 0, /then you must log in again/],
    ['that has expired for good', { refresh_token: undefined }, 601_000, /expired: log in again/],
    ['of unknown end', { expires_in: undefined }, 0, /did not say how long/],
  ])('says so of an access token %s', async (_what, tokenResponse, passed, message) => {
    doubles.authService.lies = { tokenResponse }
    await logIn(doubles.home, doubles.api.resource)
    const { stdout } = await runAuthcli(doubles.home, ['status'], { now: () => Date.now() + passed })
    expect(stdout).toMatch(message)
  })

  it('says the same as JSON, without any secret', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const { stdout } = await runAuthcli(doubles.home, ['status', '--json'], { edges: NO_NETWORK })
    expect(JSON.parse(stdout)).toEqual({
      loggedIn: true,
      profile: 'default',
      account: { subject: 'subject-1', username: 'demo' },
      api: doubles.api.resource,
      issuer: doubles.authService.issuer,
      clientId: 'authcli',
      scope: 'openid profile email items:read items:write offline_access',
      store: {
        kind: 'file',
        place: `${doubles.home.path}/.local/state/authcli/sessions/default.json`,
        moveWith: 'authcli session move --to keychain',
      },
      accessTokenExpiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      hasRefreshToken: true,
    })
    expect(stdout).not.toMatch(/-token-\d/)
  })

  it('ends with 4 when nobody is logged in, in JSON as well', async () => {
    const plain = await runAuthcli(doubles.home, ['status'])
    expect(plain).toMatchObject({ exitCode: 4, stdout: '' })
    expect(plain.stderr).toContain('you are not logged in')
    const json = await runAuthcli(doubles.home, ['status', '--json'])
    expect(json).toMatchObject({ exitCode: 4, stdout: '{"loggedIn":false}\n' })
  })

  it('says that a token in the environment is used instead', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const { stderr } = await runAuthcli(doubles.home, ['status'], { env: { AUTHCLI_TOKEN: 'x' } })
    expect(stderr).toContain('AUTHCLI_TOKEN is set')
  })

  it('says what is missing when the file is sealed and there is no key', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const run = await runAuthcli(doubles.home, ['status'], { env: { AUTHCLI_STORE_KEY: '' } })
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('AUTHCLI_STORE_KEY')
  })
})
