import { audit } from '../audit.js'
import { refuseWrongCodeVerifier } from '../checks/code-verifier.js'
import { requestedDeviceName } from '../checks/device-name.js'
import { whyGrantEnded } from '../checks/grant-end.js'
import { refuseOtherResource } from '../checks/resource.js'
import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import { findAccount } from '../store/accounts.js'
import {
  type AuthorizationCode,
  findAuthorizationCode,
  redeemAuthorizationCode,
} from '../store/authorization-codes.js'
import { type Grant, insertGrant } from '../store/grants.js'
import { endLogin } from '../store/logins.js'
import { hashAuthorizationCode } from '../tokens/authorization-code.js'
import { firstRefreshGeneration, isOffered, newGrant } from './new-grant.js'
import type { TokenRequest } from './token-request.js'
import { issueTokens, type TokenResponse } from './token-response.js'

const REUSED = 'the authorization code was used twice'

/**
 * Redeems an authorization code: makes its grant and answers the first tokens. A code is good once. A second use by
 * its client ends the grant of the first. A wrong verifier uses the code up; another client, and a request that is
 * wrong in other ways, changes nothing.
 *
 * @throws OAuthError `invalid_grant`, `invalid_target` or `invalid_request`
 * @see RFC 6749 §4.1.3, §4.1.4 and §10.5; RFC 7636 §4.6
 */
export async function authorizationCodeGrant(
  context: Context,
  { client, parameters, source, log }: TokenRequest,
): Promise<TokenResponse> {
  const { store } = context
  const value = parameters.get('code')
  if (value === undefined) throw new OAuthError('invalid_request', 'code is missing')
  const code = await findAuthorizationCode(store.read, hashAuthorizationCode(value))
  if (code === undefined) throw refused('not a code of ours')
  if (code.client_id !== client.id) throw refused('the code is of another client', { grantId: code.grant_id })
  const names = { grantId: code.grant_id, accountId: code.account_id, clientId: client.id }
  const now = context.now()

  async function refuseReuse(): Promise<never> {
    const login = { id: names.grantId, accountId: names.accountId, clientId: client.id }
    const end = { kind: 'reuse-found', reason: REUSED, source, now } as const
    await store.write((transaction) => endLogin(transaction, login, end))
    audit(log, 'code-reused', names)
    throw refused(REUSED, names)
  }

  if (code.redeemed_at !== null) return refuseReuse()
  if (now >= code.expires_at) throw refused('the code has expired', names)
  refuseOtherRedirectUri(code, parameters.get('redirect_uri'))
  refuseOtherResource(parameters.resources, code.resource)
  try {
    refuseWrongCodeVerifier(code.code_challenge, parameters.get('code_verifier'))
  } catch (error) {
    const isFirst = await store.write((db) => redeemAuthorizationCode(db, code.code_hash, now))
    if (!isFirst) return refuseReuse()
    throw error
  }
  const account = await findAccount(store.read, code.account_id)
  if (account === undefined) throw refused('the account is gone', names)
  const grant = grantOf(code, { deviceName: requestedDeviceName(parameters), source }, now)
  const ended = whyGrantEnded(grant, account)
  if (ended !== undefined) throw refused(ended, names)

  const redemption = await store.write(async (transaction) => {
    const isFirst = await redeemAuthorizationCode(transaction, code.code_hash, now)
    if (!isFirst) return 'used'
    // In here: an operator who removes it ends the grants that there are, and after that there must be none.
    if (!(await isOffered(transaction, code.resource))) return 'resource-gone'
    await insertGrant(transaction, grant)
    return 'granted'
  })
  if (redemption === 'used') return refuseReuse()
  if (redemption === 'resource-gone') throw refused('the resource is registered no more', names)

  const { scope, resource } = grant
  audit(log, 'token-issued', { ...names, scope, resource: resource ?? undefined })
  const refreshGeneration = firstRefreshGeneration(client, scope)
  return issueTokens(context, { client, account, grant, scope, nonce: code.nonce, refreshGeneration })
}

/**
 * The redirect URI of the authorization request may be repeated, and must be by a client that has no PKCE to bind the
 * code to its request.
 *
 * @see RFC 6749 §4.1.3; OAuth 2.1 §10.2
 */
function refuseOtherRedirectUri(code: AuthorizationCode, redirectUri: string | undefined): void {
  if (redirectUri === undefined && code.code_challenge !== null) return
  if (redirectUri !== code.redirect_uri) {
    throw refused('redirect_uri is not the one of the authorization request', { grantId: code.grant_id })
  }
}

function grantOf(code: AuthorizationCode, place: Pick<Grant, 'deviceName' | 'source'>, now: number): Grant {
  const { grant_id: id, account_id: accountId, client_id: clientId, auth_time: authTime } = code
  const { resource, scope } = code
  return newGrant({ id, accountId, clientId, authTime, resource, scope, ...place }, now)
}

function refused(reason: string, names = {}): OAuthError {
  return new OAuthError('invalid_grant', 'the authorization code is invalid, expired or used', {
    reason,
    names,
  })
}
