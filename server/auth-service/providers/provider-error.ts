import * as client from 'openid-client'
import { HttpError } from '../http.js'
import { ProviderError, type ProviderFault, type ProviderStep } from './provider.js'

/** Errors by which an authorization server says that it is only now that it can't. RFC 6749 §4.1.2.1 */
const NOT_NOW = ['server_error', 'temporarily_unavailable']
/** And those by which the person has said no, or didn't do what they were asked. OpenID Connect Core §3.1.2.6 */
const PERSON_REFUSED = ['access_denied', 'login_required', 'interaction_required', 'consent_required']

/**
 * What an error of openid-client or of the network means for the sign-in. Only names and fixed sentences are taken
 * over from it: what a library attaches to its errors holds tokens.
 */
export function toProviderError(step: ProviderStep, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  const network = findCause(error, HttpError)
  if (network !== undefined) {
    const { isLasting, address, message } = network
    return new ProviderError(step, isLasting ? 'wrong' : 'unreachable', `${address}: ${message}`, network)
  }
  if (error instanceof client.AuthorizationResponseError) {
    return new ProviderError('authorization', faultOf(error.error), `it answered ${named(error.error)}`)
  }
  if (error instanceof client.ResponseBodyError) {
    const fault = error.status >= 500 || NOT_NOW.includes(error.error) ? 'unreachable' : 'wrong'
    return new ProviderError(step, fault, `it answered ${error.status} ${named(error.error)}`)
  }
  if (error instanceof client.WWWAuthenticateChallengeError) {
    return new ProviderError(step, 'wrong', `it answered ${error.status} with a challenge`)
  }
  const status = statusOf(error)
  if (status !== undefined) {
    const fault = status >= 500 || status === 429 ? 'unreachable' : 'wrong'
    return new ProviderError(step, fault, `it answered with the status ${status}`)
  }
  return new ProviderError(stepOf(step, error), 'wrong', sentencesOf(error))
}

function faultOf(error: string): ProviderFault {
  if (PERSON_REFUSED.includes(error)) return 'refused'
  return NOT_NOW.includes(error) ? 'unreachable' : 'wrong'
}

/** A code that somebody else has chosen, fit for a log. */
function named(code: string): string {
  return /^[\w.-]{1,60}$/.test(code) ? code : 'an error without a good name'
}

/** Of an answer that has another status than it should. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof client.ClientError) || error.code !== 'OAUTH_RESPONSE_IS_NOT_CONFORM')
    return undefined
  return error.cause instanceof Response ? error.cause.status : undefined
}

/** The exchange of a code checks three things, and only the error tells which of them failed. */
function stepOf(step: ProviderStep, error: unknown): ProviderStep {
  if (step !== 'token') return step
  const text = sentencesOf(error)
  if (/response parameter|"parameters"|callbackParameters|implicit and hybrid/.test(text))
    return 'authorization'
  return /\b(JWT|JWS|JWE|ID Token|id_token|verification key|End-User)\b/.test(text) ? 'identity' : 'token'
}

function sentencesOf(error: unknown): string {
  const sentences: string[] = []
  // A parser quotes what it could not parse.
  for (let at = error; at instanceof Error && !(at instanceof SyntaxError); at = at.cause) {
    if (at.message !== sentences.at(-1)) sentences.push(at.message)
  }
  return sentences.join(': ') || 'something went wrong'
}

function findCause<T>(error: unknown, kind: new (...parameters: never[]) => T): T | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof kind) return at
  return undefined
}
