import { hasScope } from '../checks/scope.js'
import type { Client } from '../store/clients.js'
import type { Grant } from '../store/grants.js'
import { findResource } from '../store/resources.js'
import type { Reader } from '../store/store.js'

const FIRST_REFRESH_GENERATION = 1

/** A grant that a person has just made, before any refresh. */
export function newGrant(
  made: Pick<
    Grant,
    'id' | 'accountId' | 'clientId' | 'resource' | 'scope' | 'authTime' | 'deviceName' | 'source'
  >,
  now: number,
): Grant {
  return {
    ...made,
    generation: 0,
    nonce: null,
    retriesEndedAt: null,
    advancedAt: [],
    createdAt: now,
    lastUsedAt: now,
    revokedAt: null,
    revokedReason: null,
    restoredAt: null,
  }
}

/**
 * The generation of the refresh token that comes with the first tokens of a grant; undefined where none does. A program
 * on somebody's machine exists to stay logged in; others ask for that (OpenID Connect Core §11).
 */
export function firstRefreshGeneration(client: Client, scope: string): number | undefined {
  return client.kind === 'native' || hasScope(scope, 'offline_access') ? FIRST_REFRESH_GENERATION : undefined
}

/** Whether tokens for this resource may be issued; null is the userinfo endpoint, which there always is. */
export async function isOffered(db: Reader, resource: string | null): Promise<boolean> {
  return resource === null || (await findResource(db, resource)) !== undefined
}
