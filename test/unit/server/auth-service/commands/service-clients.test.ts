import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findClientAccess } from '../../../../../server/auth-service/store/client-access.js'
import { findClient, listClients } from '../../../../../server/auth-service/store/clients.js'
import { isClientSecret } from '../../../../../server/auth-service/tokens/client-secrets.js'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const SECRET = Buffer.alloc(32, 3)
const API = 'https://api.example.org'
const SERVICE = ['add', 'Nightly build', '--id', 'nightly', '--client-credentials']
const ACCESS = ['--resource', API, '--scopes', 'items:read']

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
  await command('resources', 'add', API, '--scopes', 'items:read items:write')
})
afterEach(() => store.remove())

const command = (...argv: string[]) =>
  runCommand(argv, {
    env: { AUTH_SERVICE_DATABASE: store.path, AUTH_SERVICE_SECRET: SECRET.toString('base64') },
  })
const clients = (...argv: string[]) => command('clients', ...argv)

test('registers a client that acts for itself, with a secret that is printed once (39) (36)', async () => {
  const { code, stdout, stderr } = await clients(...SERVICE, ...ACCESS, '--json')
  expect(code).toBe(0)
  expect(stderr).toContain('not shown again')
  const { clientId, clientSecret } = JSON.parse(stdout)
  expect(clientId).toBe('nightly')
  const client = await findClient(store.read, 'nightly')
  expect(client).toMatchObject({ kind: 'service', redirectUris: [], deviceScopes: null })
  expect(isClientSecret(SECRET, client?.secretHash ?? '', clientSecret)).toBe(true)
  expect(await findClientAccess(store.read, 'nightly')).toMatchObject({ resource: API, scope: 'items:read' })
})

test('takes the resource in any spelling of the same URL', async () => {
  const access = ['--resource', 'HTTPS://API.example.org/', '--scopes', 'items:read']
  expect((await clients(...SERVICE, ...access)).code).toBe(0)
  expect(await findClientAccess(store.read, 'nightly')).toMatchObject({ resource: API })
})

test('lists what a client may do for itself', async () => {
  await clients(...SERVICE, ...ACCESS)
  const { stdout } = await clients('list', '--json')
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({ id: 'nightly', kind: 'service', ownAccess: `items:read at ${API}` }),
  ])
})

describe('refuses a client that acts for itself', () => {
  test.each([
    ['without a resource', ['--scopes', 'items:read'], 'needs --resource and --scopes'],
    ['without scopes', ['--resource', API], 'needs --resource and --scopes'],
    ['for a resource that is not there', ['--resource', `${API}/x`, '--scopes', 'items:read'], 'no resource'],
    ['for a scope that is not there', ['--resource', API, '--scopes', 'items:read items:all'], 'items:all'],
    ['for a scope about people', ['--resource', API, '--scopes', 'openid'], 'openid is about people'],
    ['for scopes that are none', ['--resource', API, '--scopes', 'a  b'], 'one space'],
    ['as a web application', [...ACCESS, '--web'], 'not for --web or --public'],
    ['that is public', [...ACCESS, '--public'], 'not for --web or --public'],
    ['with an address', [...ACCESS, '--redirect-uri', 'http://127.0.0.1/cb'], 'logs nobody in'],
    ['with the device grant', [...ACCESS, '--device'], 'logs nobody in'],
  ])('%s (39)', async (_how, flags, message) => {
    const { code, stdout, stderr } = await clients(...SERVICE, ...flags)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(await listClients(store.read)).toEqual([])
  })

  test('when another client has that id', async () => {
    await clients(...SERVICE, ...ACCESS)
    expect((await clients(...SERVICE, ...ACCESS)).stderr).toContain('the client id nightly is taken')
  })
})

test('lets a client that acts for itself never log people in on devices (39)', async () => {
  await clients(...SERVICE, ...ACCESS)
  const { code, stderr } = await clients('device', 'nightly', 'on')
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'auth-service: nightly acts for itself and logs nobody in\n',
  })
  expect(await findClient(store.read, 'nightly')).toMatchObject({ deviceScopes: null })
})

test('takes --resource and --scopes for no other client', async () => {
  const { code, stderr } = await clients('add', 'App', '--redirect-uri', 'http://127.0.0.1/cb', ...ACCESS)
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'auth-service: --resource and --scopes go with --client-credentials\n',
  })
})

test('forgets what a client may do with the client, and with the resource', async () => {
  await clients(...SERVICE, ...ACCESS)
  await clients('remove', 'nightly')
  expect(await findClientAccess(store.read, 'nightly')).toBeUndefined()
  await clients(...SERVICE, ...ACCESS)
  await command('resources', 'remove', API)
  expect(await findClientAccess(store.read, 'nightly')).toBeUndefined()
})

test('shows in the help how it is typed', async () => {
  expect((await clients('add', '--help')).stdout).toContain(
    "clients add 'Nightly build' --client-credentials",
  )
})
