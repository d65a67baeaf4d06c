import { afterEach, beforeEach, expect, it } from 'vitest'
import { authorizationPath } from '../../support/auth-service/authorization-requests.js'
import { runCommand } from '../../support/auth-service/command-line.js'
import {
  basic,
  serve,
  type TestAuthService,
  type Tokens,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE } from '../../support/auth-service/test-context.js'
import { openTestStore } from '../../support/auth-service/test-store.js'

let service: TestAuthService
/** Another process on the same database, which has answered requests before the operator does something. */
let replica: Omit<TestAuthService, 'close'>
let tokens: Tokens
beforeEach(async () => {
  service = await testAuthService({}, await openTestStore())
  replica = serve({ ...service.context }, service.account)
  tokens = await service.logIn()
  expect((await replica.introspect(tokens.access_token)).body).toMatchObject({ active: true })
})
afterEach(() => service.close())

async function operate(...argv: string[]): Promise<string> {
  const { store, settings } = service.context
  const { code, stdout, stderr } = await runCommand(argv, {
    env: {
      AUTH_SERVICE_DATABASE: store.path,
      AUTH_SERVICE_SECRET: Buffer.from(settings.secret).toString('base64'),
    },
    input: 'correct horse',
  })
  if (code !== 0) throw new Error(stderr)
  return stdout
}

it('what an operator does to an account holds at the next request (62)', async () => {
  await operate('accounts', 'disable', 'ada')
  expect((await replica.introspect(tokens.access_token)).text).toBe('{"active":false}')
  expect((await replica.refresh(tokens.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  await operate('accounts', 'enable', 'ada')
  expect((await replica.refresh(tokens.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  const { access_token } = await replica.logIn()
  expect((await replica.introspect(access_token)).body).toMatchObject({ active: true })
})

it('what an operator does to a client holds at the next request', async () => {
  await operate('clients', 'add', 'Other', '--id', 'other', '--redirect-uri', 'http://127.0.0.1/callback')
  const path = authorizationPath({ client_id: 'other' })
  expect((await replica.get(path)).status).toBe(303)
  const { refresh_token, access_token } = await replica.logIn({ client_id: 'authcli' })
  expect((await replica.introspect(access_token)).body).toMatchObject({ active: true })
  await operate('clients', 'remove', 'other')
  expect((await replica.get(path)).status).toBe(400)
  const form = { client_id: 'other', grant_type: 'refresh_token', refresh_token }
  expect((await replica.post('/token', form)).body).toMatchObject({ error: 'invalid_client' })
})

it('what an operator does to a resource holds at the next request', async () => {
  await operate('resources', 'remove', TEST_RESOURCE)
  expect((await replica.introspect(tokens.access_token)).status).toBe(401)
  expect((await replica.refresh(tokens.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  const answer = await replica.get(authorizationPath({ prompt: 'none' }))
  expect(String(answer.headers['location'])).toContain('error=invalid_target')
})

it('a scope that an operator withdraws is in no later token, and in no answer about an earlier one (55)', async () => {
  expect(tokens.scope).toContain('items:write')
  const printed = await operate(
    'resources',
    'add',
    TEST_RESOURCE,
    '--scopes',
    'items:read',
    '--replace',
    '--json',
  )
  const { clientId, clientSecret } = JSON.parse(printed)
  const ask = (token: string) => replica.post('/introspect', { token }, basic(clientId, clientSecret))
  expect((await replica.introspect(tokens.access_token)).status).toBe(401)
  const scope = 'openid profile email items:read'
  expect((await ask(tokens.access_token)).body).toMatchObject({ active: true, scope })
  const refreshed = await replica.refresh(tokens.refresh_token)
  expect(refreshed.body).toMatchObject({ scope })
  const only = await replica.refresh(String(refreshed.body['refresh_token']), { scope: 'items:write' })
  expect(only.body).toMatchObject({ error: 'invalid_scope' })
})
