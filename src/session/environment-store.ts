import { AuthcliError } from '../errors.js'
import { requireLasting } from './access-token-lifetime.js'
import type { AccessToken, LastingTokens } from './access-tokens.js'
import { BEARER_TOKEN } from './token-syntax.js'

/**
 * The access token that a person, or their CI, gives in `AUTHCLI_TOKEN`: used as it is, never refreshed,
 * never stored.
 * @throws AuthcliError USAGE for a value that no header could carry; SESSION_EXPIRED from `replace`: the API
 * refused the token, and there is nothing to get another one with; TOKEN_TOO_SHORT from `lasting`, for nobody says
 * when it ends.
 */
export function createEnvironmentTokens(token: string): LastingTokens {
  if (!BEARER_TOKEN.test(token)) {
    throw new AuthcliError('USAGE', 'AUTHCLI_TOKEN holds something else than a bearer token', {
      hint: 'give the token alone, without `Bearer` and without a line end',
    })
  }
  return {
    current: async () => token,
    lasting: async (minimumSeconds) => requireLasting<AccessToken>({ accessToken: token }, minimumSeconds, 0),
    replace: async () => {
      throw new AuthcliError(
        'SESSION_EXPIRED',
        'the API does not accept the token in AUTHCLI_TOKEN any more',
        {
          hint: 'give a fresh one; or unset AUTHCLI_TOKEN and run `authcli login`',
        },
      )
    },
  }
}
