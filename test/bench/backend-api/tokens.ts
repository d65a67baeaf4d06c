import { randomUUID } from 'node:crypto'
import type { Account } from '../../../server/backend-api/store/accounts.js'
import { makeSigner } from '../../support/backend-api/signer.js'

/** How many different tokens take turns. */
export const TOKENS = 1_000

/** Makes the key that the AuthService publishes, and access tokens of one account that it signed. */
export async function makeTokens(
  account: Account,
  resource: string,
): Promise<{ publicJwk: string; tokens: string[] }> {
  const signer = await makeSigner('ES256', 'bench')
  const issuedAt = Math.floor(Date.now() / 1000)
  const tokens = await Promise.all(
    Array.from({ length: TOKENS }, () =>
      signer.sign({
        iss: account.issuer,
        sub: account.subject,
        aud: resource,
        client_id: 'authcli',
        iat: issuedAt,
        exp: issuedAt + 3_600,
        jti: randomUUID(),
        scope: 'items:read items:write',
        auth_time: issuedAt,
        gid: randomUUID(),
      }),
    ),
  )
  return { publicJwk: JSON.stringify(signer.publicJwk), tokens }
}
