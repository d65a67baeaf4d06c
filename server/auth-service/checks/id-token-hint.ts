import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import { verifyIdTokenHint } from '../tokens/id-token.js'
import { InvalidTokenError } from '../tokens/signed-token.js'

/**
 * The account that the client expects to be signed in, from an ID token that we once issued, to whichever client;
 * undefined without a hint.
 *
 * @throws OAuthError `invalid_request` when it is no ID token of ours.
 * @see OpenID Connect Core §3.1.2.1
 */
export async function hintedAccountId(
  context: Pick<Context, 'settings' | 'keys'>,
  idTokenHint: string | undefined,
): Promise<string | undefined> {
  if (idTokenHint === undefined) return undefined
  try {
    return (await verifyIdTokenHint(context, idTokenHint)).sub
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error
    throw new OAuthError('invalid_request', 'id_token_hint is not an ID token of this service', {
      reason: `id_token_hint is refused: ${error.reason}`,
      cause: error,
    })
  }
}
