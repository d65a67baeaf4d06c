import type { Problem } from '../problem.js'
import type { BearerError, BearerErrorCode } from './errors.js'

/** What goes over the wire for a request that was not let through. */
export interface Refusal {
  problem: Problem
  /** The `WWW-Authenticate` header; none with 503 and for a client's own token. */
  challenge: string | undefined
  retryAfterSeconds: number | undefined
}

/** What the answers point to. All of it comes from the settings, nothing from the request. */
export interface ChallengeContext {
  resource: string
  issuer: string
  resourceMetadataUrl: string
}

interface Answer {
  status: number
  title: string
  detail: (context: ChallengeContext, error: BearerError) => string
  /** The RFC 6750 error code; `none` stands for the bare challenge (RFC 6750 §3). */
  challenge?: 'none' | 'invalid_request' | 'invalid_token' | 'insufficient_scope'
}

const ANSWERS: Record<BearerErrorCode, Answer> = {
  no_credentials: {
    status: 401,
    title: 'Log in first',
    detail: ({ resource }) => `This needs an access token. Log in with: authcli login --api ${resource}`,
    challenge: 'none',
  },
  invalid_request: {
    status: 400,
    title: 'Malformed credentials',
    detail: () => 'Send one access token, in one Authorization header: Bearer, a space, the token.',
    challenge: 'invalid_request',
  },
  invalid_token: {
    status: 401,
    title: 'The access token is not valid',
    detail: ({ resource }) =>
      `It has expired, was revoked, or is not for this API. Refresh it, or log in again with: authcli login --api ${resource}`,
    challenge: 'invalid_token',
  },
  insufficient_scope: {
    status: 403,
    title: 'The access token does not allow this',
    detail: ({ resource }, { scope }) =>
      `This needs the scope ${scope}. Ask for it with: authcli login --api ${resource} --scope ${scope}`,
    challenge: 'insufficient_scope',
  },
  temporarily_unavailable: {
    status: 503,
    title: 'Access tokens cannot be validated now',
    detail: ({ issuer }) =>
      `The authorization server ${issuer} gives no answer. Your token may be fine: try again shortly.`,
  },
}

/** The documents that say what the error means: problem types are URLs that can be read. */
const PROBLEM_TYPE = 'https://www.rfc-editor.org/rfc/rfc6750#section-3'

/**
 * The answer to a request that was not let through: status, problem body and challenge. Says how to log in, and
 * to a machine where the metadata is that says it.
 * @see RFC 6750 §3, RFC 9728 §5.1, RFC 9457
 */
export function describeRefusal(error: BearerError, context: ChallengeContext): Refusal {
  const answer = ANSWERS[error.code]
  const code = answer.challenge === 'none' ? undefined : answer.challenge
  const problem: Problem = {
    type: answer.challenge ? PROBLEM_TYPE : 'about:blank',
    title: answer.title,
    status: answer.status,
    detail: answer.detail(context, error),
    ...(code && { error: code }),
    ...(error.scope !== undefined && { scope: error.scope }),
    ...(answer.challenge && {
      resource_metadata: context.resourceMetadataUrl,
      authorization_servers: [context.issuer],
    }),
  }
  return {
    problem,
    challenge: answer.challenge && challengeHeader(code, answer.title, error.scope, context),
    retryAfterSeconds: error.retryAfterSeconds,
  }
}

/** Every value is ours and free of quotes and backslashes, so none has to be escaped (RFC 6750 §3). */
function challengeHeader(
  code: string | undefined,
  description: string,
  scope: string | undefined,
  { resourceMetadataUrl }: ChallengeContext,
): string {
  const parameters = [
    ...(code === undefined ? [] : [`error="${code}"`, `error_description="${description}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
    `resource_metadata="${resourceMetadataUrl}"`,
  ]
  return `Bearer ${parameters.join(', ')}`
}
