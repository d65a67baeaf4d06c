import { randomBytes, randomUUID } from 'node:crypto'
import { type Account, insertAccount } from '../../../server/auth-service/store/accounts.js'
import {
  type AuthorizationCode,
  insertAuthorizationCode,
} from '../../../server/auth-service/store/authorization-codes.js'
import { insertClient } from '../../../server/auth-service/store/clients.js'
import {
  type DeviceAuthorization,
  insertDeviceAuthorization,
} from '../../../server/auth-service/store/device-authorizations.js'
import { type Grant, insertGrant } from '../../../server/auth-service/store/grants.js'
import type { Store } from '../../../server/auth-service/store/store.js'

/** Rows that belong together, for tests of the store. */
export interface TestRows {
  account: Account
  clientId: string
  addGrant(grant?: Partial<Grant>): Promise<Grant>
  addCode(code?: Partial<AuthorizationCode>): Promise<AuthorizationCode>
  addDeviceAuthorization(authorization?: Partial<DeviceAuthorization>): Promise<DeviceAuthorization>
}

/** Adds an account and a client to a database, and gives what adds their grants and codes. */
export async function testRows(store: Store): Promise<TestRows> {
  const account: Account = {
    id: randomUUID(),
    username: `ada-${randomBytes(4).toString('hex')}`,
    name: 'Ada Lovelace',
    email: null,
    email_verified_at: null,
    password_hash: 'none',
    password_changed_at: 1,
    disabled_at: null,
    created_at: 1,
  }
  const clientId = `client-${randomBytes(4).toString('hex')}`
  await store.write(async (transaction) => {
    await insertAccount(transaction, account)
    await insertClient(transaction, {
      id: clientId,
      name: 'A client',
      kind: 'native',
      secretHash: null,
      redirectUris: ['http://127.0.0.1/callback'],
      postLogoutRedirectUris: [],
      requirePkce: true,
      idTokenSignedResponseAlg: 'ES256',
      deviceScopes: 'any',
      createdAt: 1,
    })
  })
  return {
    account,
    clientId,
    async addGrant(grant = {}) {
      const row: Grant = {
        id: randomBytes(16).toString('base64url'),
        accountId: account.id,
        clientId,
        resource: null,
        scope: 'openid',
        authTime: 1,
        generation: 0,
        nonce: null,
        retriesEndedAt: null,
        advancedAt: [],
        createdAt: 1,
        lastUsedAt: 1,
        revokedAt: null,
        revokedReason: null,
        deviceName: null,
        source: null,
        restoredAt: null,
        ...grant,
      }
      await store.write((transaction) => insertGrant(transaction, row))
      return row
    },
    async addCode(code = {}) {
      const row: AuthorizationCode = {
        code_hash: randomBytes(32).toString('base64url'),
        grant_id: randomBytes(16).toString('base64url'),
        account_id: account.id,
        client_id: clientId,
        redirect_uri: 'http://127.0.0.1/callback',
        code_challenge: null,
        nonce: null,
        resource: null,
        scope: 'openid',
        auth_time: 1,
        created_at: 1,
        expires_at: 60_001,
        redeemed_at: null,
        ...code,
      }
      await store.write((transaction) => insertAuthorizationCode(transaction, row))
      return row
    },
    async addDeviceAuthorization(authorization = {}) {
      const row: DeviceAuthorization = {
        device_code_hash: randomBytes(32).toString('base64url'),
        user_code_hash: randomBytes(32).toString('base64url'),
        grant_id: randomBytes(16).toString('base64url'),
        client_id: clientId,
        resource: null,
        scope: 'openid',
        source: '127.0.0.1',
        interval_seconds: 5,
        polled_at: null,
        claimed_by: null,
        account_id: null,
        auth_time: null,
        approved_at: null,
        denied_at: null,
        redeemed_at: null,
        created_at: 1,
        expires_at: 600_001,
        ...authorization,
      }
      await store.write((transaction) => insertDeviceAuthorization(transaction, row))
      return row
    },
  }
}
