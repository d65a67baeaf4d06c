import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../../support/auth-service/command-line.js'
import {
  PROVIDER_CLIENT_ID,
  PROVIDER_CLIENT_SECRET,
  type ProviderDouble,
  sendJson,
  startProviderDouble,
} from '../../../support/auth-service/provider-double.js'
import { openTestStore, type TestStore } from '../../../support/auth-service/test-store.js'

/** No name server has to be asked about it. */
const TOO_LONG_FOR_DNS = 'a'.repeat(64)

let store: TestStore
let double: ProviderDouble
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.remove())
beforeEach(async () => {
  double = await startProviderDouble()
  double.metadata['code_challenge_methods_supported'] = ['S256']
  double.answers.set('/token', (response) => sendJson(response, { error: 'invalid_grant' }, 400))
  double.answers.set('/authorize', (response) => response.writeHead(302, { location: '/sign-in' }).end())
})
afterEach(async () => {
  await store.write((transaction) => transaction.deleteFrom('providers').execute())
  await double.close()
})

const command = (...argv: string[]) =>
  runCommand(['providers', ...argv], {
    input: `${PROVIDER_CLIENT_SECRET}\n`,
    env: {
      AUTH_SERVICE_DATABASE: store.path,
      AUTH_SERVICE_SECRET: Buffer.alloc(32, 3).toString('base64'),
      AUTH_SERVICE_ISSUER: 'http://127.0.0.1:9000',
    },
  })

async function tryIt(issuer = double.origin) {
  await command('add', 'double', '--issuer', issuer, '--client-id', PROVIDER_CLIENT_ID)
  const { code, stdout, stderr } = await command('test', 'double')
  expect(stdout + stderr).not.toContain(PROVIDER_CLIENT_SECRET)
  const steps = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  return { code, stderr, steps: steps.map(([step, outcome]) => [step, outcome].join(' ')), stdout }
}

describe('providers test', () => {
  it('walks the way to a provider that works', async () => {
    double.metadata['authorization_response_iss_parameter_supported'] = true
    const { code, stderr, stdout } = await tryIt()
    const { host } = new URL(double.origin)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      'name           works    127.0.0.1 is 127.0.0.1',
      `discovery      works    ${double.origin} says where its endpoints are`,
      'metadata       works    its ID tokens are signed with RS256, ES256',
      'keys           works    it publishes 1 key',
      'client         works    its token endpoint knows the client, and refuses a code that nobody has issued',
      `authorization  works    it leads to ${host}`,
      '',
    ])
    expect(double.seen.find(({ path }) => path === '/token')?.form.get('redirect_uri')).toBe(
      'http://127.0.0.1:9000/auth/providers/double/callback',
    )
  })

  it.each([
    ['name', () => `https://${TOO_LONG_FOR_DNS}.example`, 'has no address', 'name server'],
    ['discovery', () => 'http://127.0.0.1:1', 'nothing listens there', '/.well-known/openid-configuration'],
    ['discovery', () => `${double.origin}/other`, 'status 404', '/.well-known/openid-configuration'],
    [
      'metadata',
      () => {
        double.metadata['token_endpoint'] = 'http://provider.example/'
        return double.origin
      },
      'its token_endpoint is not an https address',
      'whoever runs the provider',
    ],
    [
      'keys',
      () => {
        double.keys = [{ kty: 'oct', k: 'AAAA' }, { ...double.signer.publicJwk, use: 'enc' }, null]
        return double.origin
      },
      'no key that we can check',
      'publish a key',
    ],
    ['client', answering('/token', 401, { error: 'invalid_client' }), 'invalid_client', 'compare client id'],
    ['client', answering('/token', 503, { error: 'invalid_grant' }), '503', 'compare client id'],
    ['client', answering('/token', 404, {}), '404', 'compare client id'],
    [
      'authorization',
      answering('/authorize', 400, {}),
      '400',
      'register the redirect URI http://127.0.0.1:9000/',
    ],
    [
      'authorization',
      () => {
        const location = 'http://127.0.0.1:9000/auth/providers/double/callback?error=invalid_scope'
        double.answers.set('/authorize', (response) => response.writeHead(302, { location }).end())
        return double.origin
      },
      'invalid_scope',
      'register the redirect URI',
    ],
  ])(
    'ends at the step %s where it fails, and says why and what to do',
    async (step, issuer, reason, hint) => {
      const { code, stderr, steps, stdout } = await tryIt(issuer())
      expect(code).toBe(1)
      expect(steps.at(-1)).toBe(`${step} fails`)
      expect(steps.slice(0, -1).filter((line) => !line.endsWith(' works'))).toEqual([])
      expect(stdout).toContain(reason)
      expect(stderr).toContain(`nobody can sign in at double: the step ${step} fails`)
      expect(stderr).toContain(hint)
    },
  )

  it('takes a provider that asks nobody anything for one that works', async () => {
    const location = 'http://127.0.0.1:9000/auth/providers/double/callback?code=1'
    double.answers.set('/authorize', (response) => response.writeHead(302, { location }).end())
    expect((await tryIt()).steps.at(-1)).toBe('authorization works')
  })

  it('says where it can not tell', async () => {
    double.metadata['scopes_supported'] = ['openid']
    double.answers.set('/token', (response) => sendJson(response, { error: 'invalid_request' }, 400))
    double.answers.set('/authorize', (response) => response.writeHead(302, { location: '/error?a' }).end())
    const { code, steps } = await tryIt()
    expect(code).toBe(0)
    expect(steps.slice(2)).toEqual([
      'metadata unclear',
      'keys works',
      'client unclear',
      'authorization unclear',
    ])
  })

  it('lets nothing that a provider says reach the terminal as it is', async () => {
    double.answers.set('/token', (response) => sendJson(response, { error: '\u001b[2J' }, 400))
    expect((await tryIt()).stdout).not.toContain('\u001b')
  })

  it('walks the way to a GitHub', async () => {
    double.answers.set('/api/v3/user', (response) => response.writeHead(401).end())
    double.answers.set('/login/oauth/authorize', (response) =>
      response.writeHead(302, { location: '/login' }).end(),
    )
    double.answers.set('/login/oauth/access_token', (response) =>
      sendJson(response, { error: 'bad_verification_code' }),
    )
    await command('add', 'git', '--github', '--base-url', double.origin, '--client-id', 'Iv1')
    const good = await command('test', 'git', '--json')
    expect(JSON.parse(good.stdout).map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      Array(4).fill('works'),
    )
    double.answers.set('/login/oauth/access_token', (response) =>
      sendJson(response, { error: 'incorrect_client_credentials' }),
    )
    const bad = await command('test', 'git', '--json')
    expect(JSON.parse(bad.stdout).at(-1)).toMatchObject({ step: 'client', outcome: 'fails' })
    expect(bad.code).toBe(1)
  })

  it('knows no provider that is not there', async () => {
    expect(await command('test', 'none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no provider none'),
    })
  })
})

function answering(path: string, status: number, body: object): () => string {
  return () => {
    double.answers.set(path, (response) => sendJson(response, body, status))
    return double.origin
  }
}
