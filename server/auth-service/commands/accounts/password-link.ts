import { offeredWays } from '../../checks/offered-ways.js'
import type { Edges } from '../../edges.js'
import { ENDPOINT_PATHS } from '../../endpoint-urls.js'
import { OperatorError } from '../../operator-error.js'
import { insertPasswordLink, type PasswordLink } from '../../store/password-links.js'
import { listProviders } from '../../store/providers.js'
import { noteSecurityEvent } from '../../store/security-events.js'
import type { Reader, Writer } from '../../store/store.js'
import { createPasswordLinkToken, hashPasswordLinkToken } from '../../tokens/password-links.js'

const HOUR_MS = 3_600_000

/** Somebody new may be on holiday; who has forgotten a password is waiting. */
const LIFETIMES_MS: Readonly<Record<PasswordLink['purpose'], number>> = {
  invitation: 7 * 24 * HOUR_MS,
  reset: 24 * HOUR_MS,
}

/** A link that is not stored yet. Its token is in the URL and nowhere else. */
export interface NewPasswordLink {
  url: string
  row: PasswordLink
}

/** @throws OperatorError where a provider is the only way in: nobody gets in with a password then. */
export async function refuseUselessPasswordLink(db: Reader): Promise<void> {
  const { providers, takesPasswords } = offeredWays(await listProviders(db))
  if (takesPasswords) return
  throw new OperatorError(`${providers[0]?.name} is the only way in, and passwords are not taken`, {
    hint: 'add somebody who signs in there with `auth-service accounts add NAME --no-password`',
  })
}

/** Makes a link by which a person chooses a password. */
export function newPasswordLink(
  issuer: string,
  { accountId, purpose, now }: { accountId: string; purpose: PasswordLink['purpose']; now: number },
): NewPasswordLink {
  const token = createPasswordLinkToken()
  return {
    url: `${issuer}${ENDPOINT_PATHS.choosePassword}?${new URLSearchParams({ token })}`,
    row: {
      token_hash: hashPasswordLinkToken(token),
      account_id: accountId,
      purpose,
      created_at: now,
      expires_at: now + LIFETIMES_MS[purpose],
      used_at: null,
    },
  }
}

/** Stores a link, which is then the only one of its account, and lets the person see that there was one. */
export async function storePasswordLink(db: Writer, { row }: NewPasswordLink): Promise<void> {
  await insertPasswordLink(db, row)
  await noteSecurityEvent(db, { accountId: row.account_id, kind: 'password-link-made', at: row.created_at })
}

/** Prints a link: alone on stdout, so that it can be piped on; what to know about it on stderr. */
export function printPasswordLink(
  { stdout, stderr }: Pick<Edges, 'stdout' | 'stderr'>,
  username: string,
  { url, row }: NewPasswordLink,
): void {
  const until = new Date(row.expires_at).toISOString().replace('T', ' ').slice(0, 16)
  stderr.write(`auth-service: whoever has this link chooses the password of ${username}, once, `)
  stderr.write(`until ${until} UTC; give it to nobody else\n`)
  stdout.write(`${url}\n`)
}
