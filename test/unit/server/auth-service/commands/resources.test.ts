import { afterEach, beforeEach, expect, test } from 'vitest'
import { addConsent, findConsentedScopes } from '../../../../../server/auth-service/store/consents.js'
import { findGrant } from '../../../../../server/auth-service/store/grants.js'
import { findResource } from '../../../../../server/auth-service/store/resources.js'
import { isClientSecret } from '../../../../../server/auth-service/tokens/client-secrets.js'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { testRows } from '../../../../support/auth-service/rows.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const SECRET = Buffer.alloc(32, 3)
const URL = 'https://api.example.org'

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.remove())

const resources = (...argv: string[]) =>
  runCommand(['resources', ...argv], {
    env: { AUTH_SERVICE_DATABASE: store.path, AUTH_SERVICE_SECRET: SECRET.toString('base64') },
  })

test('registers a resource in its canonical form, with credentials that are printed once (36)', async () => {
  const { code, stdout, stderr } = await resources('add', `${URL}/`, '--scopes', 'items:read items:write')
  expect(code).toBe(0)
  const [, clientId, clientSecret] = /^client id {6}(\S+)\nclient secret {2}(\S+)\n$/.exec(stdout) ?? []
  expect(stderr).toContain('not shown again')
  const resource = await findResource(store.read, URL)
  expect(resource).toMatchObject({ scopes: ['items:read', 'items:write'], introspectionClientId: clientId })
  expect(isClientSecret(SECRET, resource?.introspectionSecretHash ?? '', clientSecret ?? '')).toBe(true)
})

test('gives new credentials only when it is told to replace', async () => {
  await resources('add', URL, '--scopes', 'a')
  const before = await findResource(store.read, URL)
  expect((await resources('add', URL, '--scopes', 'b')).stderr).toContain(`${URL} is registered already`)
  expect(await findResource(store.read, URL)).toEqual(before)
  await resources('add', URL, '--scopes', 'b', '--replace')
  const after = await findResource(store.read, URL)
  expect(after?.scopes).toEqual(['b'])
  expect(after?.introspectionSecretHash).not.toBe(before?.introspectionSecretHash)
})

test.each([
  ['http://api.example.org', 'a', 'https URL'],
  ['api.example.org', 'a', 'absolute URL'],
  ['https://api.example.org#a', 'a', 'absolute URL'],
  ['ftp://127.0.0.1', 'a', 'https URL'],
  [URL, '', 'list of names'],
  [URL, 'a  b', 'list of names'],
  [URL, 'a "b"', 'list of names'],
  [URL, 'items openid', 'belongs to the AuthService itself'],
])('refuses %s with the scopes %j (19, 43)', async (url, scopes, reason) => {
  const { code, stderr } = await resources('add', url, '--scopes', scopes)
  expect(code).toBe(1)
  expect(stderr).toContain(reason)
})

test('lists resources without their secrets', async () => {
  const { stdout } = await resources('add', URL, '--scopes', 'a b', '--json')
  const { clientId } = JSON.parse(stdout)
  expect(JSON.parse((await resources('list', '--json')).stdout)).toEqual([
    { url: URL, scopes: 'a b', clientId },
  ])
  expect((await resources('list')).stdout).toBe(
    `URL${' '.repeat(URL.length - 1)}SCOPES  CLIENT ID\n${URL}  a b     ${clientId}\n`,
  )
})

test('removes a resource and ends the logins for it', async () => {
  await resources('add', URL, '--scopes', 'a')
  const rows = await testRows(store)
  const forIt = await rows.addGrant({ resource: URL })
  const other = await rows.addGrant()
  expect((await resources('remove', `${URL}/`)).stdout).toBe(`${URL} is removed; logins ended: 1\n`)
  expect(await findResource(store.read, URL)).toBeUndefined()
  expect(await findGrant(store.read, forIt.id)).toMatchObject({ revokedReason: 'resource removed' })
  expect(await findGrant(store.read, other.id)).toMatchObject({ revokedAt: null })
  expect((await resources('remove', URL)).stderr).toContain(`there is no resource ${URL}`)
})

test('removes what was allowed for a resource with it: codes on their way, and what people agreed to', async () => {
  await resources('add', URL, '--scopes', 'a')
  const { account, clientId, addCode } = await testRows(store)
  const key = { accountId: account.id, clientId, resource: URL }
  await addCode({ resource: URL })
  await addCode({ resource: null })
  await store.write((transaction) => addConsent(transaction, key, ['a'], 1))
  await resources('remove', URL)
  expect(await store.read.selectFrom('authorization_codes').select('resource').execute()).toEqual([
    { resource: null },
  ])
  expect(await findConsentedScopes(store.read, key)).toEqual(new Set())
})
