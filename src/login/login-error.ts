import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { AuthcliError, type ErrorCode } from '../errors.js'
import { HttpError } from '../http.js'

/** A server's words are shown up to this length. */
const MAX_DESCRIPTION_CHARACTERS = 200

/** How far down an HttpError can lie under what openid-client throws. */
const MAX_CAUSES = 5

/**
 * Turns what openid-client threw during a login into what authcli says. Our own errors pass through, and so
 * does what nobody expected. Neither a message nor a hint ever holds a value from a token or a response,
 * apart from the `error` and `error_description` that a server means for a person.
 * @param refusal what it means that the AuthService answered a request with an error
 */
export function asLoginError(error: unknown, refusal = 'the AuthService did not exchange the code'): unknown {
  if (error instanceof AuthcliError) return error
  const httpError = findHttpError(error)
  if (httpError !== undefined) return unreachable(`can't be reached: ${httpError.reason}`, error)
  if (error instanceof AuthorizationResponseError) {
    const message = error.error === 'access_denied' ? 'the login was declined' : 'the AuthService said no'
    return failed(`${message}: ${spoken(error)}`, error)
  }
  if (error instanceof ResponseBodyError) {
    if (isTemporary(error.status)) return unreachable(`can't answer right now (${error.status})`, error)
    return failed(`${refusal}: ${spoken(error)}`, error)
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    return failed('the AuthService does not accept this client', error, 'give its client id with --client-id')
  }
  if (error instanceof ClientError) {
    const status = error.cause instanceof Response ? error.cause.status : undefined
    if (status !== undefined && isTemporary(status)) {
      return unreachable(`can't answer right now (${status})`, error)
    }
    const isAboutTime = error.code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED'
    const hint = isAboutTime ? "check this computer's clock" : undefined
    return failed(`the AuthService's answer failed a check: ${reasonOf(error)}`, error, hint)
  }
  return error
}

/** Whether the AuthService answered the authorization request with an error, which is the person's or its own no. */
export function isRefusal(error: unknown): boolean {
  return error instanceof AuthorizationResponseError
}

function failed(message: string, cause: unknown, hint?: string): AuthcliError {
  return loginError('LOGIN_FAILED', message, cause, hint)
}

function unreachable(problem: string, cause: unknown): AuthcliError {
  return loginError('AUTH_SERVICE_UNREACHABLE', `the AuthService ${problem}`, cause, 'try again')
}

function loginError(
  code: ErrorCode,
  message: string,
  cause: unknown,
  hint: string | undefined,
): AuthcliError {
  return new AuthcliError(code, message, { cause, ...(hint !== undefined && { hint }) })
}

function isTemporary(status: number): boolean {
  return status >= 500 || status === 429
}

/** openid-client's outer message is general; the one below it names the claim or parameter, never its value. */
function reasonOf(error: ClientError): string {
  const reason = error.cause instanceof Error ? error.cause.message : error.message
  return reason.replaceAll('"', '')
}

function spoken(error: { error: unknown; error_description?: unknown }): string {
  const shorten = (text: unknown) =>
    typeof text === 'string' ? text.slice(0, MAX_DESCRIPTION_CHARACTERS) : ''
  const description = shorten(error.error_description)
  return `${shorten(error.error)}${description === '' ? '' : ` – ${description}`}`
}

function findHttpError(error: unknown): HttpError | undefined {
  let cause = error
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    if (cause instanceof HttpError) return cause
    cause = cause.cause
  }
  return undefined
}
