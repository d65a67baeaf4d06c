/**
 * The AuthService itself, built and logging as in the product, on SQLite; the bench decides how passwords are checked.
 *
 * Usage: auth-service OPTIONS (JSON, see `ServerOptions`)
 */
import { createHash, randomUUID } from 'node:crypto'
import { buildAuthService } from '../../../../server/auth-service/auth-service.js'
import { ensureBuiltInClient } from '../../../../server/auth-service/built-in-client.js'
import type { Context } from '../../../../server/auth-service/context.js'
import { keepHeapSmall } from '../../../../server/auth-service/heap.js'
import { createHttp } from '../../../../server/auth-service/http.js'
import { openLog } from '../../../../server/auth-service/log-file.js'
import {
  createPasswords,
  loadArgon2id,
  type PasswordHasher,
} from '../../../../server/auth-service/passwords.js'
import { createOpenProvider } from '../../../../server/auth-service/providers/open-provider.js'
import { insertAccount } from '../../../../server/auth-service/store/accounts.js'
import { insertAuthorizationCode } from '../../../../server/auth-service/store/authorization-codes.js'
import { insertClientAccess } from '../../../../server/auth-service/store/client-access.js'
import { insertClient } from '../../../../server/auth-service/store/clients.js'
import { openStore } from '../../../../server/auth-service/store/open-store.js'
import { putResource } from '../../../../server/auth-service/store/resources.js'
import {
  createAuthorizationCode,
  hashAuthorizationCode,
} from '../../../../server/auth-service/tokens/authorization-code.js'
import { hashClientSecret } from '../../../../server/auth-service/tokens/client-secrets.js'
import { loadKeyRing } from '../../../../server/auth-service/tokens/key-ring.js'
import { createGrantId } from '../../../../server/auth-service/tokens/refresh-token.js'
import {
  ACCOUNTS,
  CLIENT_ID,
  CODE_CHALLENGE,
  PASSWORD,
  REDIRECT_URI,
  RESOURCE,
  RESOURCE_CLIENT_ID,
  SECRET,
  SERVICE_ID,
  username,
} from '../load/requests.js'
import { type MintRequest, readOptions, serveBench } from './minting.js'
import { addOtherGrants } from './other-grants.js'

const SCOPES = 'items:read items:write'
const DAY = 86_400
/** Codes that are written together. */
const CODES_AT_ONCE = 200

keepHeapSmall()
const { port, database = '', logFile, passwords: check, otherGrants = 0 } = readOptions()
const secret = Buffer.alloc(32, 1)
const now = Date.now
const store = await openStore({ path: database }, now)
const passwords = await createPasswords(check === 'argon2id' ? await loadArgon2id() : quickHasher())
const context: Context = {
  settings: {
    issuer: `http://127.0.0.1:${port}`,
    secret,
    accessTokenSeconds: 600,
    codeSeconds: 60,
    refreshRetrySeconds: 7 * DAY,
    grantIdleSeconds: 30 * DAY,
    grantAbsoluteSeconds: 365 * DAY,
    browserSessionSeconds: DAY / 3,
    trustedProxies: [],
    dev: false,
  },
  store,
  keys: await loadKeyRing(store, secret, now),
  passwords,
  openProvider: createOpenProvider({ http: createHttp(), secret, now }),
  now,
}
const accountIds = await register()
if (otherGrants > 0) {
  await mint({ count: 1, scope: `openid ${SCOPES}` })
  await addOtherGrants(database, otherGrants)
}
const log = openLog(logFile, process)
const app = buildAuthService(context, { log: { level: 'info', stream: log } })
await app.listen({ host: '127.0.0.1', port })
serveBench(mint)

/** Everybody and everything that the load generator speaks of. */
async function register(): Promise<string[]> {
  await ensureBuiltInClient(store, now())
  const passwordHash = await passwords.hash(PASSWORD)
  const ids: string[] = []
  await store.write(async (transaction) => {
    for (let index = 0; index < ACCOUNTS; index += 1) {
      const id = randomUUID()
      ids.push(id)
      await insertAccount(transaction, {
        id,
        username: username(index),
        name: `Person ${index}`,
        email: null,
        email_verified_at: null,
        password_hash: passwordHash,
        password_changed_at: now(),
        disabled_at: null,
        created_at: now(),
      })
    }
    const secretHash = hashClientSecret(secret, SECRET)
    await putResource(transaction, {
      url: RESOURCE,
      scopes: SCOPES.split(' '),
      introspectionClientId: RESOURCE_CLIENT_ID,
      introspectionSecretHash: secretHash,
      createdAt: now(),
    })
    await insertClient(transaction, {
      id: SERVICE_ID,
      name: 'Nightly build',
      kind: 'service',
      secretHash,
      redirectUris: [],
      postLogoutRedirectUris: [],
      requirePkce: true,
      idTokenSignedResponseAlg: 'ES256',
      deviceScopes: null,
      createdAt: now(),
    })
    const access = { clientId: SERVICE_ID, resource: RESOURCE, scope: SCOPES, createdAt: now() }
    await insertClientAccess(transaction, access)
  })
  return ids
}

async function mint({ count, scope }: MintRequest): Promise<string[]> {
  const codes = Array.from({ length: count }, () => createAuthorizationCode(now()))
  for (let start = 0; start < count; start += CODES_AT_ONCE)
    await insert(codes.slice(start, start + CODES_AT_ONCE), scope)
  return codes
}

async function insert(codes: readonly string[], scope: string): Promise<void> {
  const createdAt = now()
  await store.write(async (transaction) => {
    for (const [index, code] of codes.entries()) {
      await insertAuthorizationCode(transaction, {
        code_hash: hashAuthorizationCode(code),
        grant_id: createGrantId(createdAt),
        account_id: accountIds[index % accountIds.length] ?? '',
        client_id: CLIENT_ID,
        redirect_uri: REDIRECT_URI,
        code_challenge: CODE_CHALLENGE,
        nonce: 'the nonce',
        resource: RESOURCE,
        scope,
        auth_time: createdAt,
        created_at: createdAt,
        expires_at: createdAt + 60_000,
        redeemed_at: null,
      })
    }
  })
}

/** Nobody's password is safe with this; it leaves to the rest of the service all the time that there is. */
function quickHasher(): PasswordHasher {
  const hash = async (password: string) => createHash('sha256').update(password).digest('base64url')
  return { hash, verify: async (passwordHash, password) => passwordHash === (await hash(password)) }
}
