import { OAuthError } from '../oauth-error.js'

const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const

/** What an authorization request wants the person to be asked, or `none`: nothing at all. */
export type Prompt = (typeof PROMPTS)[number]

/**
 * The values of `prompt`.
 *
 * @throws OAuthError `invalid_request` for an unknown value, and for `none` together with another.
 * @see OpenID Connect Core §3.1.2.1
 */
export function requestedPrompts(prompt: string | undefined): ReadonlySet<Prompt> {
  const values = new Set((prompt ?? '').split(' ').filter(Boolean))
  const known = new Set(PROMPTS.filter((value) => values.has(value)))
  if (known.size < values.size) throw new OAuthError('invalid_request', 'prompt has an unknown value')
  if (known.has('none') && known.size > 1) {
    throw new OAuthError('invalid_request', 'prompt none excludes the others')
  }
  return known
}
