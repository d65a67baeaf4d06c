import type { FastifyInstance } from 'fastify'
import { buildAuthService } from '../../../server/auth-service/auth-service.js'
import type { Settings } from '../../../server/auth-service/settings.js'
import type { Account } from '../../../server/auth-service/store/accounts.js'
import type { AuthorizationCode } from '../../../server/auth-service/store/authorization-codes.js'
import { issueCode, TEST_CODE_VERIFIER } from './codes.js'
import { TEST_RESOURCE_SECRET, type TestContext, testContext } from './test-context.js'
import type { TestStore } from './test-store.js'

/** What an endpoint answered, its body parsed where it is JSON. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  text: string
  // Wire objects of all endpoints; a test says what it expects.
  body: Record<string, unknown>
}

/** The tokens of a login. */
export interface Tokens {
  access_token: string
  refresh_token: string
  id_token: string
  scope: string
  expires_in: number
  token_type: string
  grantId: string
}

/** An AuthService with one account, the client `authcli` and one resource, for requests without a network. */
export interface TestAuthService {
  context: TestContext
  app: FastifyInstance
  account: Account
  /** Every line of its log, parsed. */
  log: Record<string, unknown>[]
  post(path: string, form: Form, headers?: Record<string, string>): Promise<Answer>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  /** Redeems a fresh code. */
  logIn(code?: Partial<AuthorizationCode>): Promise<Tokens>
  /** Asks for the next tokens. */
  refresh(refreshToken: string, form?: Record<string, string>): Promise<Answer>
  /** Asks for the next tokens, and gives the refresh token among them. @throws when it is refused. */
  nextRefreshToken(refreshToken: string): Promise<string>
  /** Asks about a token, as the BackendAPI. */
  introspect(token: string): Promise<Answer>
  close(): Promise<void>
}

type Form = string | Record<string, string> | [string, string][]

export async function testAuthService(
  settings: Partial<Settings> = {},
  store?: TestStore,
): Promise<TestAuthService> {
  const context = await testContext(settings, store)
  const account = await context.addAccount()
  await context.addClient()
  await context.addResource()
  return { ...serve(context, account), close: () => context.close() }
}

/** Another instance of the same AuthService on a context of its own: a replica. */
export function serve(context: TestContext, account: Account): Omit<TestAuthService, 'close'> {
  const log: Record<string, unknown>[] = []
  const stream = { write: (line: string) => void log.push(JSON.parse(line)) }
  const app = buildAuthService(context, { log: { level: 'info', stream } })

  async function send(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    payload?: string,
  ) {
    const response = await app.inject({
      method,
      url: path,
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    const isJson = String(response.headers['content-type']).startsWith('application/json')
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      body: isJson ? response.json() : {},
    }
  }

  const post: TestAuthService['post'] = (path, form, headers = {}) =>
    send(
      'POST',
      path,
      { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      new URLSearchParams(form).toString(),
    )

  const refresh: TestAuthService['refresh'] = (refreshToken, form = {}) =>
    post('/token', { ...refreshRequest(refreshToken), ...form })

  return {
    context,
    app,
    account,
    log,
    post,
    get: (path, headers = {}) => send('GET', path, headers),
    async logIn(code = {}) {
      const issued = await issueCode(context, { account_id: account.id, ...code })
      const answer = await post('/token', codeRequest(issued.code))
      if (answer.status !== 200) throw new Error(answer.text)
      return { ...(answer.body as unknown as Tokens), grantId: issued.grantId }
    },
    refresh,
    async nextRefreshToken(refreshToken) {
      const { status, text, body } = await refresh(refreshToken)
      if (status !== 200) throw new Error(text)
      return String(body['refresh_token'])
    },
    introspect: (token) => post('/introspect', { token }, resourceCredentials()),
  }
}

/** The token request that redeems a code. */
export function codeRequest(code: string): Record<string, string> {
  return { grant_type: 'authorization_code', client_id: 'authcli', code, code_verifier: TEST_CODE_VERIFIER }
}

/** The token request that uses a refresh token. */
export function refreshRequest(refreshToken: string): Record<string, string> {
  return { grant_type: 'refresh_token', client_id: 'authcli', refresh_token: refreshToken }
}

/** The header with which the BackendAPI of `addResource` authenticates. */
export function resourceCredentials(): Record<string, string> {
  return basic('backend-api', TEST_RESOURCE_SECRET)
}

export function basic(clientId: string, clientSecret: string): Record<string, string> {
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}
