import { audit } from '../audit.js'
import { whyRefreshEnded } from '../checks/grant-end.js'
import { refuseOtherResource } from '../checks/resource.js'
import { narrowedScope, offeredScope } from '../checks/scope.js'
import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../settings.js'
import { advanceGrant, endRetries, findGrantAndAccount, revokeGrant, touchGrant } from '../store/grants.js'
import { endLogin } from '../store/logins.js'
import { findResource } from '../store/resources.js'
import { rejoinGrant } from '../store/restored-grants.js'
import { readRefreshToken } from '../tokens/refresh-token.js'
import { decideRotation } from './refresh-rotation.js'
import type { TokenRequest } from './token-request.js'
import { issueTokens, type TokenResponse } from './token-response.js'

/** A retry counts as use of the grant; noting that once an hour is exact enough for a lifetime of days… */
const TOUCH_AFTER_MS = 3_600_000
/** …and once in this part of a lifetime that is shorter. */
const TOUCH_AFTER_PART = 1 / 100

/**
 * Answers a refresh token with the next tokens of its grant. Which tokens still count is in `refresh-rotation.ts`; the
 * advance that it decides on is written by compare-and-swap, and whoever loses that race decides again on the new row.
 *
 * @throws OAuthError `invalid_grant`, `invalid_scope`, `invalid_target` or `invalid_request`. A token that shows that
 *   two parties hold this grant's tokens ends the grant, and so does one of a grant whose time is over; nothing else
 *   that is refused changes anything.
 * @see RFC 6749 §6; RFC 9700 §4.14.2; OpenID Connect Core §12
 */
export async function refreshTokenGrant(
  context: Context,
  { client, parameters, source, log }: TokenRequest,
): Promise<TokenResponse> {
  const { settings, store, keys } = context
  const token = parameters.get('refresh_token')
  if (token === undefined) throw new OAuthError('invalid_request', 'refresh_token is missing')
  const presented = await readRefreshToken(keys, token)
  if (presented === undefined) throw refused('not a refresh token of ours')
  const { grantId } = presented

  // Ends: a lost swap means that the row has moved on; as soon as it has reached this token's generation, there is
  // nothing to swap.
  for (;;) {
    const found = await findGrantAndAccount(store.read, grantId)
    if (found === undefined) throw refused('the grant is gone', { grantId })
    const { grant, account } = found
    const names = { grantId, accountId: account.id, clientId: client.id }
    if (grant.clientId !== client.id) throw refused('the grant is of another client', { grantId })
    const now = context.now()
    const ended = whyRefreshEnded(grant, account, settings, now)
    if (ended !== undefined) {
      // Once and for all: neither a clock that is set back nor a longer lifetime brings back what was refused.
      if (grant.revokedAt === null) {
        await store.write((transaction) => revokeGrant(transaction, grantId, ended, now))
      }
      throw refused(ended, names)
    }
    const wanted = narrowedScope(parameters.get('scope'), grant.scope)
    const resource = grant.resource === null ? undefined : await findResource(store.read, grant.resource)
    const scope = offeredScope(wanted, resource?.scopes ?? [])
    if (scope === '') throw new OAuthError('invalid_scope', 'nothing of this scope is offered any more')
    refuseOtherResource(parameters.resources, grant.resource)

    const decision = decideRotation(grant, presented, { retryMs: retryMs(settings), now })
    if (decision.action === 'refuse') {
      const { reason, retriesEndedAt: endedAt } = decision
      if (endedAt !== undefined) {
        const { generation } = presented
        await store.write((transaction) => endRetries(transaction, grantId, { generation, endedAt }))
      }
      throw refused(reason, names)
    }
    if (decision.action === 'revoke') {
      const end = { kind: 'reuse-found', reason: decision.reason, source, now } as const
      await store.write((transaction) => endLogin(transaction, grant, end))
      audit(log, 'reuse-found', { ...names, reason: decision.reason })
      throw refused(decision.reason, names)
    }
    if (decision.action === 'advance') {
      const next = { ...decision.next, source, now }
      if (!(await store.write((transaction) => advanceGrant(transaction, grantId, next)))) continue
    } else if (decision.action === 'rejoin') {
      const next = { ...decision.next, source, now }
      if (!(await store.write((transaction) => rejoinGrant(transaction, grant, next)))) continue
    } else if (now - grant.lastUsedAt > touchAfterMs(settings)) {
      await store.write((transaction) => touchGrant(transaction, grantId, now))
    }
    const issued = { resource: grant.resource ?? undefined, scope, reason: decision.action }
    audit(log, 'refreshed', { ...names, ...issued })
    return issueTokens(context, {
      client,
      account,
      grant,
      scope,
      refreshGeneration: presented.generation + 1,
    })
  }
}

/** How long after its first use a refresh token may be used again: never beyond the idle lifetime. */
export function retryMs(settings: Pick<Settings, 'refreshRetrySeconds' | 'grantIdleSeconds'>): number {
  return Math.min(settings.refreshRetrySeconds, settings.grantIdleSeconds) * 1000
}

function touchAfterMs({ grantIdleSeconds }: Pick<Settings, 'grantIdleSeconds'>): number {
  return Math.min(TOUCH_AFTER_MS, grantIdleSeconds * 1000 * TOUCH_AFTER_PART)
}

function refused(reason: string, names = {}): OAuthError {
  return new OAuthError('invalid_grant', 'the refresh token is invalid, expired or revoked', {
    reason,
    names,
  })
}
