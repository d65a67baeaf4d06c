import type { FastifyInstance } from 'fastify'
import { audit } from '../audit.js'
import { authenticateClient } from '../checks/client-authentication.js'
import { deviceScopesOnly } from '../checks/device-scopes.js'
import type { RequestParameters } from '../checks/request-parameters.js'
import { requestedResource } from '../checks/resource.js'
import { requestedScopes } from '../checks/scope.js'
import type { Context } from '../context.js'
import { countDeviceStart } from '../device-start-limit.js'
import { ENDPOINT_PATHS, endpointUrl } from '../endpoint-urls.js'
import { readForm } from '../form-requests.js'
import { POLL_INTERVAL_SECONDS } from '../grants/device-poll.js'
import { OAuthError } from '../oauth-error.js'
import type { Client } from '../store/clients.js'
import { findDeviceAuthorization, insertDeviceAuthorization } from '../store/device-authorizations.js'
import { findResource } from '../store/resources.js'
import { createDeviceCode, createUserCode, hashDeviceCode, hashUserCode } from '../tokens/device-codes.js'
import { createGrantId } from '../tokens/refresh-token.js'

/** Long enough to fetch a phone and sign in there, short enough that a code which was read out is soon worth nothing. */
const DEVICE_CODE_SECONDS = 600

/** What a device is answered. @see RFC 8628 §3.2 */
export interface DeviceAuthorizationResponse {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  /** Seconds. */
  expires_in: number
  /** Seconds. */
  interval: number
}

/**
 * Where a login on a device without a browser begins: the device gets a code to poll with, and one for the person to
 * enter in a browser somewhere else. Both are stored as keyed hashes.
 *
 * @see RFC 8628 §3.1, §3.2
 */
export function deviceAuthorizationEndpoint(app: FastifyInstance, context: Context): void {
  app.post(ENDPOINT_PATHS.deviceAuthorization, async (request): Promise<DeviceAuthorizationResponse> => {
    const parameters = readForm(request)
    const client = await authenticateClient(context, request, parameters)
    const wish = await readWish(context, client, parameters)
    await countDeviceStart(context, request, client.id)
    const { deviceCode, userCode, grantId } = await storeWish(context, client, {
      ...wish,
      source: request.ip,
    })
    audit(request.log, 'device-started', {
      grantId,
      clientId: client.id,
      resource: wish.resource ?? undefined,
      scope: wish.scope,
      source: request.ip,
    })
    const verificationUri = endpointUrl(context.settings.issuer, 'device')
    return {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: verificationUri,
      verification_uri_complete: `${verificationUri}?user_code=${userCode}`,
      expires_in: DEVICE_CODE_SECONDS,
      interval: POLL_INTERVAL_SECONDS,
    }
  })
}

/** What a device asks for. */
interface Wish {
  /** Null: the userinfo endpoint. */
  resource: string | null
  scope: string
}

/** @throws OAuthError `unauthorized_client`, `invalid_target`, `invalid_scope` */
async function readWish({ store }: Context, client: Client, parameters: RequestParameters): Promise<Wish> {
  const { deviceScopes } = client
  if (deviceScopes === null) {
    throw new OAuthError('unauthorized_client', 'this client may not log people in on other devices')
  }
  const resource = requestedResource(parameters.resources)
  const registered = resource === null ? undefined : await findResource(store.read, resource)
  if (resource !== null && registered === undefined) {
    throw new OAuthError('invalid_target', 'resource is not registered here')
  }
  const scopes = requestedScopes(parameters.get('scope'), registered?.scopes ?? [])
  return { resource, scope: deviceScopesOnly(scopes, deviceScopes).join(' ') }
}

async function storeWish(
  { settings, store, now: clock }: Context,
  client: Client,
  { resource, scope, source }: Wish & { source: string },
): Promise<{ deviceCode: string; userCode: string; grantId: string }> {
  const deviceCode = createDeviceCode()
  const now = clock()
  const grantId = createGrantId(now)
  // Once in many millions of times the user code is one that was given to somebody else today.
  for (;;) {
    const userCode = createUserCode()
    const userCodeHash = hashUserCode(settings.secret, userCode)
    const isStored = await store.write(async (transaction) => {
      if ((await findDeviceAuthorization(transaction, userCodeHash)) !== undefined) return false
      await insertDeviceAuthorization(transaction, {
        device_code_hash: hashDeviceCode(settings.secret, deviceCode).hash,
        user_code_hash: userCodeHash.hash,
        grant_id: grantId,
        client_id: client.id,
        resource,
        scope,
        source,
        interval_seconds: POLL_INTERVAL_SECONDS,
        polled_at: null,
        claimed_by: null,
        account_id: null,
        auth_time: null,
        approved_at: null,
        denied_at: null,
        redeemed_at: null,
        created_at: now,
        expires_at: now + DEVICE_CODE_SECONDS * 1000,
      })
      return true
    })
    if (isStored) return { deviceCode, userCode, grantId }
  }
}
