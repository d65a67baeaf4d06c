import { createHash, randomUUID } from 'node:crypto'
import type { Context } from '../../../server/auth-service/context.js'
import { createHttp } from '../../../server/auth-service/http.js'
import { createPasswords, type PasswordHasher } from '../../../server/auth-service/passwords.js'
import { createOpenProvider } from '../../../server/auth-service/providers/open-provider.js'
import type { Settings } from '../../../server/auth-service/settings.js'
import {
  type Account,
  canonicalUsername,
  insertAccount,
} from '../../../server/auth-service/store/accounts.js'
import { type Client, insertClient } from '../../../server/auth-service/store/clients.js'
import { putResource, type Resource } from '../../../server/auth-service/store/resources.js'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import { loadTestKeys } from './test-keys.js'
import { openTestStore, type TestStore } from './test-store.js'

export const TEST_PASSWORD = 'correct horse battery staple'
export const TEST_RESOURCE = 'http://127.0.0.1:9001'
export const TEST_RESOURCE_SECRET = Buffer.alloc(32, 7).toString('base64url')

/** A context on an empty database: real keys, cheap passwords, and a clock that a test sets. */
export interface TestContext extends Context {
  store: TestStore
  clock: { now: number }
  /** Moves the clock. */
  advanceSeconds(seconds: number): void
  /** Adds an account; its password is `TEST_PASSWORD`. */
  addAccount(account?: Partial<Account>): Promise<Account>
  /** Adds a client: a public native one like `authcli` unless told otherwise. */
  addClient(client?: Partial<Client>): Promise<Client>
  /** Adds a resource whose credentials are `TEST_RESOURCE_SECRET` under the client id `backend-api`. */
  addResource(resource?: Partial<Resource>): Promise<Resource>
  /** Closes the database and removes its file. */
  close(): Promise<void>
}

const SECRET = Buffer.alloc(32, 1)

const SETTINGS: Settings = {
  issuer: 'http://127.0.0.1:9000',
  secret: SECRET,
  accessTokenSeconds: 600,
  codeSeconds: 60,
  refreshRetrySeconds: 604_800,
  grantIdleSeconds: 30 * 86_400,
  grantAbsoluteSeconds: 365 * 86_400,
  browserSessionSeconds: 8 * 3_600,
  trustedProxies: [],
  dev: false,
}

/** @param given the empty store to use; a SQLite file of its own otherwise. */
export async function testContext(settings: Partial<Settings> = {}, given?: TestStore): Promise<TestContext> {
  const store = given ?? (await openTestStore())
  const clock = { now: Date.UTC(2026, 0, 2, 3, 4, 5) }
  const passwords = await createPasswords(cheapHasher)
  const now = () => clock.now
  const http = createHttp()
  return {
    settings: { ...SETTINGS, ...settings },
    store,
    keys: await loadTestKeys(store, settings.secret ?? SECRET, now),
    passwords,
    openProvider: createOpenProvider({ http, secret: settings.secret ?? SECRET, now }),
    now,
    clock,
    advanceSeconds(seconds) {
      clock.now += seconds * 1000
    },
    async addAccount(account = {}) {
      const row: Account = {
        id: randomUUID(),
        username: canonicalUsername(account.username ?? 'ada'),
        name: 'Ada Lovelace',
        email: 'ada@example.org',
        email_verified_at: null,
        password_hash: await passwords.hash(TEST_PASSWORD),
        password_changed_at: clock.now,
        disabled_at: null,
        created_at: clock.now,
        ...account,
      }
      await store.write((transaction) => insertAccount(transaction, row))
      return row
    },
    async addClient(client = {}) {
      const added: Client = {
        id: 'authcli',
        name: 'authcli',
        kind: 'native',
        secretHash: null,
        redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
        postLogoutRedirectUris: [],
        requirePkce: true,
        idTokenSignedResponseAlg: 'ES256',
        deviceScopes: 'any',
        createdAt: clock.now,
        ...client,
      }
      await store.write((transaction) => insertClient(transaction, added))
      return added
    },
    async addResource(resource = {}) {
      const added: Resource = {
        url: TEST_RESOURCE,
        scopes: ['items:read', 'items:write'],
        introspectionClientId: 'backend-api',
        introspectionSecretHash: hashClientSecret(settings.secret ?? SECRET, TEST_RESOURCE_SECRET),
        createdAt: clock.now,
        ...resource,
      }
      await store.write((transaction) => putResource(transaction, added))
      return added
    },
    async close() {
      await http.close()
      await store.remove()
    },
  }
}

const cheapHasher: PasswordHasher = {
  hash: async (password) => `cheap$${createHash('sha256').update(password).digest('hex')}`,
  verify: async (passwordHash, password) => passwordHash === (await cheapHasher.hash(password)),
}
