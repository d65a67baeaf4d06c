import { type BearerChallenge, parseBearerChallenge } from '../discovery/challenge.js'
import { AuthcliError } from '../errors.js'
import { HttpError, type HttpResponse } from '../http.js'

const HARMLESS_IN_A_SHELL = /^[\w:/.@+-]+$/

/**
 * Runs a request to the API.
 * @throws AuthcliError API_UNREACHABLE when no whole response came, or no whole page of it.
 */
export async function reachApi<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (cause) {
    if (!(cause instanceof HttpError)) throw cause
    throw unreachable(`can't be reached: ${cause.reason}`, cause)
  }
}

/**
 * Lets a response pass that has the wanted status.
 * @param grantedScope the scope that the session has, for the command that asks for more
 * @throws AuthcliError INSUFFICIENT_SCOPE with the missing scope and the command that asks for it;
 * NOT_LOGGED_IN when the API wants a fresh or stronger login; API_UNREACHABLE on 5xx and 429; API_REFUSED for
 * everything else.
 * @see RFC 6750 §3.1, RFC 9470 §3
 */
export function requireAnswer(response: HttpResponse, wanted: number, grantedScope = ''): void {
  const { status, headers } = response
  if (status === wanted) return
  const wish = wishOf(response, grantedScope)
  if (wish !== undefined) throw wish
  if (status >= 500 || status === 429)
    throw unreachable(`can't answer right now (${status})${later(headers)}`)
  if (status === 401) {
    throw new AuthcliError('API_REFUSED', 'the API does not accept even a new access token', {
      hint: 'run `authcli status` to see for which API and account it is',
    })
  }
  throw new AuthcliError('API_REFUSED', `the API answered ${status}`)
}

/** What a response says that is no success, to somebody who sees its body as well. */
export function refusalOf(
  response: Pick<HttpResponse, 'status' | 'headers'> & { statusText: string },
  grantedScope: string,
): AuthcliError {
  const status = `${response.status} ${response.statusText}`.trim()
  return wishOf(response, grantedScope) ?? new AuthcliError('API_REFUSED', `the API answered ${status}`)
}

/** The error of a challenge that asks for another login, or for more scope. */
function wishOf({ headers }: Pick<HttpResponse, 'headers'>, grantedScope: string): AuthcliError | undefined {
  const challenge = parseBearerChallenge(headers['www-authenticate'])
  if (challenge?.error === 'insufficient_scope') return insufficientScope(challenge, grantedScope)
  if (challenge?.error !== 'insufficient_user_authentication') return undefined
  return new AuthcliError('NOT_LOGGED_IN', 'the API wants you to log in again for this', {
    hint: 'run `authcli login`',
  })
}

function insufficientScope(challenge: BearerChallenge, grantedScope: string): AuthcliError {
  const granted = grantedScope.split(' ').filter((scope) => scope !== '')
  const missing = (challenge.scope ?? '')
    .split(' ')
    .filter((scope) => scope !== '' && !granted.includes(scope))
  if (missing.length === 0) {
    return new AuthcliError('INSUFFICIENT_SCOPE', 'the API wants a scope that this session does not have')
  }
  const scopes = [...granted, ...missing]
  return new AuthcliError('INSUFFICIENT_SCOPE', `this session lacks the scope ${missing.join(' ')}`, {
    // The API chose the words of a line that somebody will paste into a shell.
    hint: scopes.every((scope) => HARMLESS_IN_A_SHELL.test(scope))
      ? `run \`authcli login --scope '${scopes.join(' ')}'\``
      : 'run `authcli login --scope` with it and the scopes that you have',
  })
}

/** `Retry-After` in seconds, where it says so. */
function later(headers: Record<string, string>): string {
  const seconds = headers['retry-after']
  return seconds !== undefined && /^\d{1,5}$/.test(seconds) ? `; it asks to wait ${seconds} seconds` : ''
}

function unreachable(problem: string, cause?: unknown): AuthcliError {
  return new AuthcliError('API_UNREACHABLE', `the API ${problem}`, {
    hint: 'you are still logged in; try again',
    ...(cause !== undefined && { cause }),
  })
}
