import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureBuiltInClient } from '../../../../../server/auth-service/built-in-client.js'
import { findAccountByUsername } from '../../../../../server/auth-service/store/accounts.js'
import { findClient } from '../../../../../server/auth-service/store/clients.js'
import { isClientSecret } from '../../../../../server/auth-service/tokens/client-secrets.js'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const SECRET = Buffer.alloc(32, 3)

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.remove())

const command = (argv: readonly string[], input = '') =>
  runCommand(argv, {
    input,
    env: { AUTH_SERVICE_DATABASE: store.path, AUTH_SERVICE_SECRET: SECRET.toString('base64') },
  })
const clients = (...argv: string[]) => command(['clients', ...argv])

test('registers a native client, which gets no secret (33)', async () => {
  const { code, stdout, stderr } = await clients(
    'add',
    'My app',
    '--id',
    'app',
    '--redirect-uri',
    'http://127.0.0.1/cb',
  )
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'client id      app\n', stderr: '' })
  expect(await findClient(store.read, 'app')).toMatchObject({
    name: 'My app',
    kind: 'native',
    secretHash: null,
    redirectUris: ['http://127.0.0.1/cb'],
    requirePkce: true,
    idTokenSignedResponseAlg: 'ES256',
  })
})

test('registers a web client with a secret that is printed once and kept as a hash (32, 36)', async () => {
  const { stdout, stderr } = await clients(
    'add',
    'Web',
    '--web',
    '--redirect-uri',
    'https://web.example/cb',
    '--json',
  )
  const { clientId, clientSecret } = JSON.parse(stdout)
  expect(stderr).toContain('not shown again')
  const client = await findClient(store.read, clientId)
  expect(isClientSecret(SECRET, client?.secretHash ?? '', clientSecret)).toBe(true)
  expect(JSON.stringify(client)).not.toContain(clientSecret)
  expect((await clients('list', '--json')).stdout).not.toContain(clientSecret)
})

test('registers what a certification suite needs: no PKCE, RS256, several addresses', async () => {
  const { code } = await clients(
    'add',
    'Suite',
    '--web',
    '--id',
    'suite',
    '--no-require-pkce',
    '--id-token-alg',
    'RS256',
    '--redirect-uri',
    'https://a.example/cb',
    '--redirect-uri',
    'https://b.example/cb',
    '--post-logout-redirect-uri',
    'https://a.example/bye',
  )
  expect(code).toBe(0)
  expect(await findClient(store.read, 'suite')).toMatchObject({
    redirectUris: ['https://a.example/cb', 'https://b.example/cb'],
    postLogoutRedirectUris: ['https://a.example/bye'],
    requirePkce: false,
    idTokenSignedResponseAlg: 'RS256',
  })
})

test('refuses a public client that wants to do without PKCE (21)', async () => {
  const { code, stderr } = await clients(
    'add',
    'App',
    '--no-require-pkce',
    '--redirect-uri',
    'http://127.0.0.1/cb',
  )
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'auth-service: a public client always needs PKCE\n' })
})

test('refuses a client id that is the id of an account (40)', async () => {
  await command(['accounts', 'add', 'ada'], 'correct horse')
  const id = (await findAccountByUsername(store.read, 'ada'))?.id ?? ''
  const { code, stderr } = await clients('add', 'App', '--id', id, '--redirect-uri', 'http://127.0.0.1/cb')
  expect({ code, stderr }).toEqual({ code: 1, stderr: `auth-service: ${id} is the id of an account\n` })
  expect(await findClient(store.read, id)).toBeUndefined()
})

test('refuses a client id that is taken, and an algorithm that is not offered', async () => {
  const add = ['add', 'App', '--id', 'app', '--redirect-uri', 'http://127.0.0.1/cb']
  await clients(...add)
  expect((await clients(...add)).stderr).toBe('auth-service: the client id app is taken\n')
  expect((await clients(...add, '--id-token-alg', 'HS256')).stderr).toContain('must be ES256 or RS256')
})

test('refuses to hash a secret under another secret than the server uses', async () => {
  await clients('add', 'App', '--redirect-uri', 'http://127.0.0.1/cb')
  const { code, stderr } = await runCommand(
    ['clients', 'add', 'App', '--redirect-uri', 'http://127.0.0.1/cb'],
    {
      env: {
        AUTH_SERVICE_DATABASE: store.path,
        AUTH_SERVICE_SECRET: Buffer.alloc(32, 4).toString('base64'),
      },
    },
  )
  expect(code).toBe(1)
  expect(stderr).toContain('AUTH_SERVICE_SECRET is not the secret under which')
})

test('removes a client', async () => {
  await clients('add', 'App', '--id', 'app', '--redirect-uri', 'http://127.0.0.1/cb')
  expect((await clients('remove', 'app')).stdout).toBe('app is removed; logins ended: 0\n')
  expect(await findClient(store.read, 'app')).toBeUndefined()
  expect((await clients('remove', 'app')).stderr).toContain('there is no client app')
})

test('keeps the built-in client', async () => {
  expect((await clients('remove', 'authcli')).code).toBe(1)
})

test('lets a client log people in on other devices only when it is told to, and perhaps for some scopes (72)', async () => {
  const add = ['--redirect-uri', 'http://127.0.0.1/cb']
  await clients('add', 'A', '--id', 'a', ...add)
  await clients('add', 'B', '--id', 'b', '--device', ...add)
  // One that is only for such devices needs no address.
  await clients('add', 'C', '--id', 'c', '--device-scopes', 'openid items:read')
  const scopes = await Promise.all(['a', 'b', 'c'].map((id) => findClient(store.read, id)))
  expect(scopes.map((client) => client?.deviceScopes)).toEqual([null, 'any', ['openid', 'items:read']])
  const { stdout } = await clients('list', '--json')
  expect(JSON.parse(stdout).map(({ device }: { device: string }) => device)).toEqual([
    'off',
    'on',
    'openid items:read',
  ])
  const { code, stderr } = await clients('add', 'D', '--device-scopes', 'two  spaces', ...add)
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'auth-service: scope is not a list of names with one space between them\n',
  })
})

test('turns logins on other devices on and off for a client, with an audit line (72)', async () => {
  await clients('add', 'App', '--id', 'app', '--redirect-uri', 'http://127.0.0.1/cb')
  const device = async (...argv: string[]) => {
    const { code, stdout, stderr } = await clients('device', 'app', ...argv)
    return { code, stdout, stderr, scopes: (await findClient(store.read, 'app'))?.deviceScopes }
  }
  expect(await device('on')).toMatchObject({
    code: 0,
    stdout: 'app may log people in on other devices\n',
    stderr: expect.stringContaining('"event":"client-changed","clientId":"app","reason":"device grant on"'),
    scopes: 'any',
  })
  expect(await device('on', '--scopes', 'items:read')).toMatchObject({ code: 0, scopes: ['items:read'] })
  expect(await device('off')).toMatchObject({
    stdout: 'app may not log people in on other devices\n',
    scopes: null,
  })
  expect(await device('off', '--scopes', 'items:read')).toMatchObject({
    code: 1,
    stderr: 'auth-service: --scopes goes with on\n',
  })
  expect((await device('maybe')).code).not.toBe(0)
  expect((await clients('device', 'nobody', 'on')).stderr).toContain('there is no client nobody')
})

test('turns logins on other devices off for the built-in client before the first start, and that keeps it (72)', async () => {
  expect((await clients('device', 'authcli', 'off')).code).toBe(0)
  await ensureBuiltInClient(store, 1)
  expect((await findClient(store.read, 'authcli'))?.deviceScopes).toBeNull()
})
