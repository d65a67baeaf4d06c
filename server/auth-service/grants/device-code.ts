import { audit } from '../audit.js'
import { requestedDeviceName } from '../checks/device-name.js'
import { whyGrantEnded } from '../checks/grant-end.js'
import { refuseOtherResource } from '../checks/resource.js'
import type { Context } from '../context.js'
import { OAuthError, type OAuthErrorCode } from '../oauth-error.js'
import { type Account, findAccount } from '../store/accounts.js'
import {
  type DeviceAuthorization,
  findDeviceAuthorization,
  notePoll,
  redeemDeviceAuthorization,
} from '../store/device-authorizations.js'
import { type Grant, insertGrant } from '../store/grants.js'
import { endLogin } from '../store/logins.js'
import type { Writer } from '../store/store.js'
import { hashDeviceCode } from '../tokens/device-codes.js'
import { decidePoll } from './device-poll.js'
import { firstRefreshGeneration, isOffered, newGrant } from './new-grant.js'
import type { TokenRequest } from './token-request.js'
import { issueTokens, type TokenResponse } from './token-response.js'

/** @see RFC 8628 §3.4 */
export const DEVICE_CODE_GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'

const REUSED = 'the device code was used twice'

/** What became of a poll. */
type Poll =
  | { granted: Grant; account: Account }
  | { waiting: 'authorization_pending' | 'slow_down' | 'access_denied' | 'expired_token' }
  | { ended: string }

/**
 * Answers a poll of a device: with tokens, once, when the person has allowed them; until then with what the device is to
 * do. What a poll finds and what it changes are one write, so that of many polls at once, at any replica, one redeems
 * the code. A poll of another client changes nothing.
 *
 * @throws OAuthError `authorization_pending`, `slow_down`, `access_denied`, `expired_token`; `invalid_grant` for a code
 *   that is not this client's or was used; `unauthorized_client`, `invalid_target` or `invalid_request`
 * @see RFC 8628 §3.4, §3.5
 */
export async function deviceCodeGrant(
  context: Context,
  { client, parameters, source, log }: TokenRequest,
): Promise<TokenResponse> {
  const { settings, store } = context
  if (client.deviceScopes === null) {
    throw new OAuthError('unauthorized_client', 'this client may not use device codes')
  }
  const value = parameters.get('device_code')
  if (value === undefined) throw new OAuthError('invalid_request', 'device_code is missing')
  const code = hashDeviceCode(settings.secret, value)
  const found = await findDeviceAuthorization(store.read, code)
  if (found === undefined) throw refused('not a device code of ours')
  if (found.client_id !== client.id) {
    throw refused('the device code is of another client', { grantId: found.grant_id })
  }
  refuseOtherResource(parameters.resources, found.resource)
  const now = context.now()
  const place = { deviceName: requestedDeviceName(parameters), source }

  const poll = await store.write(async (transaction): Promise<Poll> => {
    const row = await findDeviceAuthorization(transaction, code)
    if (row === undefined) return { ended: 'the login was ended' }
    const decision = decidePoll(row, now)
    switch (decision.action) {
      case 'refuse':
        await notePoll(transaction, code.hash, { now, intervalSeconds: decision.intervalSeconds })
        return { waiting: decision.error }
      case 'end-grant':
        await endRedeemedLogin(transaction, row, source, now)
        return { ended: REUSED }
      case 'redeem':
        return redeem(transaction, row, place, now)
    }
  })

  const names = { grantId: found.grant_id, clientId: client.id }
  if ('waiting' in poll) throw new OAuthError(poll.waiting, WORDS[poll.waiting], { names })
  if ('ended' in poll) {
    if (poll.ended === REUSED) audit(log, 'code-reused', names)
    throw refused(poll.ended, names)
  }
  const { granted: grant, account } = poll
  const { scope, resource } = grant
  audit(log, 'token-issued', { ...names, accountId: account.id, scope, resource: resource ?? undefined })
  const refreshGeneration = firstRefreshGeneration(client, scope)
  return issueTokens(context, { client, account, grant, scope, refreshGeneration })
}

/** Makes the grant that the person has allowed, unless it has ended before it began. */
async function redeem(
  transaction: Writer,
  row: DeviceAuthorization,
  place: Pick<Grant, 'deviceName' | 'source'>,
  now: number,
): Promise<Poll> {
  const account = row.account_id === null ? undefined : await findAccount(transaction, row.account_id)
  if (account === undefined || row.auth_time === null) return { ended: 'the account is gone' }
  const { grant_id: id, client_id: clientId, resource, scope, auth_time: authTime } = row
  const grant = newGrant({ id, accountId: account.id, clientId, resource, scope, authTime, ...place }, now)
  const ended = whyGrantEnded(grant, account)
  if (ended !== undefined) return { ended }
  if (!(await isOffered(transaction, resource))) return { ended: 'the resource is registered no more' }
  if (!(await redeemDeviceAuthorization(transaction, row.device_code_hash, now))) return { ended: REUSED }
  await insertGrant(transaction, grant)
  return { granted: grant, account }
}

/** Ends the login that a device code has led to, because the code was used again. */
async function endRedeemedLogin(
  transaction: Writer,
  { grant_id: id, account_id: accountId, client_id: clientId }: DeviceAuthorization,
  source: string,
  now: number,
): Promise<void> {
  // Whoever has allowed it is there for as long as the login is.
  if (accountId === null) return
  const end = { kind: 'reuse-found', reason: REUSED, source, now } as const
  await endLogin(transaction, { id, accountId, clientId }, end)
}

const WORDS = {
  authorization_pending: 'the person has not decided yet',
  slow_down: 'wait five seconds longer between two polls',
  access_denied: 'the person declined',
  expired_token: 'the device code has expired',
} satisfies Partial<Record<OAuthErrorCode, string>>

function refused(reason: string, names = {}): OAuthError {
  return new OAuthError('invalid_grant', 'the device code is invalid or used', { reason, names })
}
