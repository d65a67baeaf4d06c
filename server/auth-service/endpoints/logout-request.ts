import { PageError } from '../checks/page-error.js'
import { type RegisteredLogoutUri, requirePostLogoutRedirectUri } from '../checks/post-logout-redirect-uri.js'
import { refuseRepeatedParameters } from '../checks/repeated-parameters.js'
import { readParameters } from '../checks/request-parameters.js'
import type { Context } from '../context.js'
import { type Client, findClient } from '../store/clients.js'
import { type IdTokenHint, verifyIdTokenHint } from '../tokens/id-token.js'

/** A checked request to sign a person out. */
export interface LogoutRequest {
  /** The account of the ID token that the client showed: proof that it is not just any site. */
  hintedAccountId: string | undefined
  client: Client | undefined
  redirectUri: RegisteredLogoutUri | undefined
  state: string | undefined
}

/** The parameters that mean something here; `logout_hint` and `ui_locales` may be ignored. */
const PARAMETERS = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'] as const

/** As for authorization requests: it travels inside an address. */
const MAX_REQUEST_BYTES = 8 * 1024

/**
 * Reads what a logout request says, as one query.
 *
 * @throws PageError for a repeated parameter, a NUL, or too much.
 */
export function readLogoutQuery(...sources: readonly URLSearchParams[]): string {
  const parameters = readParameters(...sources)
  try {
    refuseRepeatedParameters(parameters)
  } catch (error) {
    throw new PageError('repeated-parameter', { cause: error })
  }
  const query = new URLSearchParams()
  for (const name of PARAMETERS) {
    const value = parameters.get(name)
    if (value !== undefined) query.append(name, value)
  }
  const text = query.toString()
  if (text.length > MAX_REQUEST_BYTES) throw new PageError('request-too-long')
  return text
}

/**
 * Checks a logout request. An ID token that has expired is still a hint.
 *
 * @param query what `readLogoutQuery` made.
 * @throws PageError
 * @see OpenID Connect RP-Initiated Logout §2
 */
export async function checkLogoutRequest(context: Context, query: string): Promise<LogoutRequest> {
  const parameters = readParameters(new URLSearchParams(query))
  const hint = await readHint(context, parameters.get('id_token_hint'))
  const clientId = parameters.get('client_id')
  if (hint !== undefined && clientId !== undefined && clientId !== hint.clientId) {
    throw new PageError('unreadable-hint', { reason: 'id_token_hint was issued to another client' })
  }
  const id = hint?.clientId ?? clientId
  const client = id === undefined ? undefined : await findClient(context.store.read, id)
  return {
    hintedAccountId: hint?.sub,
    client,
    redirectUri: requirePostLogoutRedirectUri(parameters.get('post_logout_redirect_uri'), client),
    state: parameters.get('state'),
  }
}

async function readHint(context: Context, idTokenHint: string | undefined): Promise<IdTokenHint | undefined> {
  if (idTokenHint === undefined) return undefined
  try {
    return await verifyIdTokenHint(context, idTokenHint)
  } catch (error) {
    throw new PageError('unreadable-hint', {
      reason: 'id_token_hint is not an ID token of ours',
      cause: error,
    })
  }
}
