import { AuthcliError } from '../errors.js'
import type { SessionAccount } from '../session/session.js'

/** OpenID Connect Core §2 ends a subject at 255 characters. No control character belongs in a name. */
const CLAIM = /^[^\p{Cc}]{1,255}$/u

/**
 * Who an ID token says has logged in: its subject, and what there is to call them by. Any other claim that
 * is no text, empty, too long or has control characters is left out.
 * @throws AuthcliError LOGIN_FAILED when the subject is none.
 * @see OpenID Connect Core §2, §5.1
 */
export function accountFromClaims(claims: Readonly<Record<string, unknown>>): SessionAccount {
  const textOf = (name: string): string | undefined => {
    const value = claims[name]
    return typeof value === 'string' && CLAIM.test(value) ? value : undefined
  }
  const subject = textOf('sub')
  if (subject === undefined) throw new AuthcliError('LOGIN_FAILED', 'the ID token names no usable subject')
  const username = textOf('preferred_username')
  const name = textOf('name')
  const email = textOf('email')
  return {
    subject,
    ...(username !== undefined && { username }),
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
  }
}
