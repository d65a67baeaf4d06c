import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildBackendApi } from '../../../server/backend-api/backend-api.js'
import { createHttp } from '../../../server/backend-api/http.js'
import type { Settings } from '../../../server/backend-api/settings.js'
import { openStore, type Store } from '../../../server/backend-api/store/store.js'
import { makeTemporaryFolder } from '../temporary-folder.js'
import { type AuthServiceDouble, startAuthServiceDouble } from './auth-service-double.js'
import { makeSigner, type Signer } from './signer.js'

export const RESOURCE = 'http://127.0.0.1:9001'
export const CREDENTIALS = { clientId: 'backend-api', clientSecret: 'introspection secret/+' }

/** A clock that stands still until a test moves it. */
export interface Clock {
  /** Epoch milliseconds. */
  milliseconds: number
}

/** The BackendAPI on a real SQLite file, in front of an AuthService double on a real port. */
export interface TestApi {
  app: FastifyInstance
  store: Store
  clock: Clock
  authService: AuthServiceDouble
  signer: Signer
  /** The log lines so far, parsed. */
  logLines: () => Record<string, unknown>[]
  /** A good access token with all scopes; `claims` replaces claims, undefined leaves one out. */
  token(claims?: Record<string, unknown>): Promise<string>
  /** The claims of such a token. */
  claims(claims?: Record<string, unknown>): Record<string, unknown>
  close(): Promise<void>
}

export interface TestApiOptions {
  mode?: 'introspection' | 'jwks'
  settings?: Partial<Settings>
  clockToleranceSeconds?: number
  jwksMaxStaleSeconds?: number
  /** The path of the issuer. */
  issuerPath?: string
}

/** Starts it all. The AuthService publishes one ES256 key. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const folder = makeTemporaryFolder('backend-api')
  const authService = await startAuthServiceDouble({ path: options.issuerPath ?? '' })
  const signer = await makeSigner('ES256', 'first-key')
  authService.signers.push(signer)
  const clock: Clock = { milliseconds: Date.now() }
  const now = () => clock.milliseconds
  const store = await openStore(join(folder.path, 'items.db'))
  const http = createHttp()
  const written: string[] = []
  const { mode = 'jwks' } = options
  const settings: Settings = {
    resource: RESOURCE,
    issuer: authService.issuer,
    host: '127.0.0.1',
    port: 0,
    databaseFile: join(folder.path, 'items.db'),
    validation: {
      mode,
      reason: 'the test says so',
      credentials: mode === 'introspection' ? CREDENTIALS : undefined,
      clockToleranceSeconds: options.clockToleranceSeconds ?? 0,
      jwksMaxStaleSeconds: options.jwksMaxStaleSeconds ?? 3_600,
    },
    trustedProxies: [],
    logLevel: 'info',
    logFile: undefined,
    dev: false,
    ...options.settings,
  }
  const log = { write: (line: string) => void written.push(line) }
  const app = await buildBackendApi({ store, http, now, log }, settings)

  function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
    const issuedAt = Math.floor(clock.milliseconds / 1000)
    return {
      iss: authService.issuer,
      sub: 'account-1',
      aud: settings.resource,
      client_id: 'authcli',
      iat: issuedAt,
      exp: issuedAt + 600,
      jti: randomUUID(),
      scope: 'items:read items:write',
      ...changes,
    }
  }

  return {
    app,
    store,
    clock,
    authService,
    signer,
    logLines: () => written.map((line) => JSON.parse(line)),
    claims,
    token: (changes) => signer.sign(claims(changes)),
    async close() {
      await app.close()
      await http.close()
      await store.close()
      await authService.close()
      folder.remove()
    },
  }
}

/** The header with which a token is sent. */
export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}
