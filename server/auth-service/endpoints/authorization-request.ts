import { requireClient } from '../checks/client.js'
import { requireCodeChallenge } from '../checks/code-challenge.js'
import { hintedAccountId } from '../checks/id-token-hint.js'
import { requestedMaxAgeSeconds } from '../checks/max-age.js'
import { PageError } from '../checks/page-error.js'
import { type Prompt, requestedPrompts } from '../checks/prompt.js'
import { type RegisteredRedirectUri, requireRedirectUri } from '../checks/redirect-uri.js'
import { refuseRepeatedParameters } from '../checks/repeated-parameters.js'
import { refuseRequestObject } from '../checks/request-object.js'
import { type RequestParameters, readParameters } from '../checks/request-parameters.js'
import { requestedResource } from '../checks/resource.js'
import { requireQueryResponse } from '../checks/response-mode.js'
import { requireCodeResponse } from '../checks/response-type.js'
import { requestedScopes } from '../checks/scope.js'
import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import { type Client, findClient } from '../store/clients.js'
import { findResource } from '../store/resources.js'

/** Where the answer to an authorization request goes. It can only be made from a checked client and address. */
export interface ResponseTarget {
  client: Client
  redirectUri: RegisteredRedirectUri
  state: string | undefined
}

/** An authorization request that passed every check. */
export interface AcceptedRequest extends ResponseTarget {
  refusal?: undefined
  scopes: readonly string[]
  /** Null: the userinfo endpoint. */
  resource: string | null
  codeChallenge: string | null
  nonce: string | null
  prompts: ReadonlySet<Prompt>
  maxAgeSeconds: number | undefined
  loginHint: string | undefined
  hintedAccountId: string | undefined
  /** The name of the provider to sign in at; whether there is such a one is for the person to be told. */
  provider: string | undefined
}

/** An authorization request whose client is to be told what is wrong with it. */
export interface RefusedRequest extends ResponseTarget {
  refusal: OAuthError
  /** Whether the client wants its answer without anything being shown. */
  isSilent: boolean
}

/** The parameters that mean something here. The others are ignored (RFC 6749 §3.1), and not carried along. */
const PARAMETERS = [
  'client_id',
  'redirect_uri',
  'state',
  'response_type',
  'response_mode',
  'request',
  'request_uri',
  'registration',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'prompt',
  'max_age',
  'login_hint',
  'id_token_hint',
  'provider',
] as const

/**
 * An authorization request goes from page to page inside an address, a third longer there, and Node takes 16 KiB of
 * headers.
 */
const MAX_REQUEST_BYTES = 8 * 1024

/**
 * Reads what an authorization request says, as one query that the next pages carry along.
 *
 * @throws PageError for a repeated parameter or a NUL, and for what is too long: what has two meanings is answered to
 *   nobody but the person.
 */
export function readAuthorizationQuery(...sources: readonly URLSearchParams[]): string {
  const parameters = readParameters(...sources)
  try {
    refuseRepeatedParameters(parameters)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    throw new PageError('repeated-parameter', { reason: error.reason })
  }
  const query = new URLSearchParams()
  for (const name of PARAMETERS) {
    const value = parameters.get(name)
    if (value !== undefined) query.append(name, value)
  }
  for (const resource of parameters.resources) query.append('resource', resource)
  const text = query.toString()
  if (text.length > MAX_REQUEST_BYTES) throw new PageError('request-too-long')
  return text
}

/**
 * Checks an authorization request. What is wrong with its client or its address is thrown, and never leaves this
 * service; everything after that is for the client to know.
 *
 * @param query what `readAuthorizationQuery` made.
 * @throws PageError
 * @see RFC 6749 §4.1.1, §4.1.2.1; OpenID Connect Core §3.1.2.2
 */
export async function checkAuthorizationRequest(
  context: Context,
  query: string,
): Promise<AcceptedRequest | RefusedRequest> {
  const parameters = readParameters(new URLSearchParams(query))
  const clientId = parameters.get('client_id')
  const found = clientId === undefined ? undefined : await findClient(context.store.read, clientId)
  const client = requireClient(clientId, found)
  const redirectUri = requireRedirectUri(parameters.get('redirect_uri'), client)
  const target: ResponseTarget = { client, redirectUri, state: parameters.get('state') }
  try {
    return await checkDetails(context, target, parameters)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    return { ...target, refusal: error, isSilent: parameters.get('prompt') === 'none' }
  }
}

/** @throws OAuthError */
async function checkDetails(
  context: Context,
  target: ResponseTarget,
  parameters: RequestParameters,
): Promise<AcceptedRequest> {
  refuseRequestObject(parameters)
  requireCodeResponse(parameters.get('response_type'))
  requireQueryResponse(parameters.get('response_mode'))
  const { client, redirectUri, state } = target
  const codeChallenge = requireCodeChallenge(parameters, client)
  const resource = requestedResource(parameters.resources)
  const resourceScopes = await scopesOfResource(context, resource)
  const scopes = requestedScopes(parameters.get('scope'), resourceScopes)
  const prompts = requestedPrompts(parameters.get('prompt'))
  const maxAgeSeconds = requestedMaxAgeSeconds(parameters.get('max_age'))
  return {
    client,
    redirectUri,
    state,
    scopes,
    resource,
    codeChallenge,
    nonce: parameters.get('nonce') ?? null,
    prompts,
    maxAgeSeconds,
    loginHint: parameters.get('login_hint'),
    hintedAccountId: await hintedAccountId(context, parameters.get('id_token_hint')),
    provider: parameters.get('provider'),
  }
}

/** @throws OAuthError `invalid_target` for a resource that is not registered. */
async function scopesOfResource({ store }: Context, resource: string | null): Promise<readonly string[]> {
  if (resource === null) return []
  const registered = await findResource(store.read, resource)
  if (registered === undefined) throw new OAuthError('invalid_target', 'resource is not registered here')
  return registered.scopes
}
