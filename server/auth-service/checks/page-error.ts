/**
 * What can be wrong with what a browser sent, where the answer is a page for the person in front of it. The words
 * for each are in `pages/problems.ts`.
 */
export type Problem =
  | 'repeated-parameter'
  | 'request-too-long'
  | 'unknown-client'
  | 'unregistered-redirect-uri'
  | 'unregistered-logout-uri'
  | 'unreadable-hint'
  | 'unreadable-form'
  | 'foreign-form'
  | 'cookie-missing'
  | 'page-expired'
  | 'not-found'
  | 'wrong-method'
  | 'too-many-failures'
  | 'too-many-codes'
  | 'password-link-ended'
  | 'too-many-links'
  | 'busy'
  | 'unknown-provider'
  | 'password-not-taken'
  | 'too-many-sign-ins'
  | 'foreign-answer'
  | 'provider-refused'
  | 'provider-unreachable'
  | 'provider-wrong'
  | 'provider-stale'
  | 'unknown-identity'
  | 'identity-taken'
  | 'link-interrupted'
  | 'last-way-in'
  | 'password-changed-meanwhile'
  | 'account-disabled'
  | 'unavailable'
  | 'failed'

export interface PageErrorOptions {
  /** For the log only: the exact reason. */
  reason?: string
  /** For the page, when the client is known and its name says more than "the app". */
  clientName?: string
  /** What the button of the provider says that it is about. */
  providerLabel?: string
  /** A path of our own where the person can go on. */
  goOnAt?: string
  retryAfterSeconds?: number
  cause?: unknown
}

/**
 * A request that is answered with a page and never with a redirect to a client. It is no `OAuthError`, so the
 * function that sends errors to clients can't be given one.
 *
 * @see RFC 6749 §4.1.2.1; RFC 9700 §4.11
 */
export class PageError extends Error {
  readonly problem: Problem
  readonly clientName: string | undefined
  readonly providerLabel: string | undefined
  readonly goOnAt: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(problem: Problem, options: PageErrorOptions = {}) {
    super(options.reason ?? problem, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'PageError'
    this.problem = problem
    this.clientName = options.clientName
    this.providerLabel = options.providerLabel
    this.goOnAt = options.goOnAt
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
