import { HttpError } from '../http.js'

/** Why a token endpoint gave no tokens. */
export type TokenFailure =
  /** Nobody was there to say yes or no: `problem` goes on after "the AuthService". */
  | { isTemporary: true; problem: string }
  /** It said no, with this error code of RFC 6749 §5.2 as far as it gave one, or its answer made no sense. */
  | { isTemporary: false; error?: string; status?: number }

/** How far down the reason can lie under what openid-client throws. */
const MAX_CAUSES = 5

/**
 * Reads why a token request failed out of what openid-client threw. Its classes are told by their properties, so that
 * none has to be loaded.
 */
export function readTokenFailure(thrown: unknown): TokenFailure {
  let cause = thrown
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    if (cause instanceof HttpError) {
      return { isTemporary: true, problem: `can't be reached: ${cause.reason}` }
    }
    const status = statusOf(cause)
    if (status !== undefined && (status >= 500 || status === 429)) {
      return { isTemporary: true, problem: `can't answer right now (${status})` }
    }
    const error = 'error' in cause && typeof cause.error === 'string' ? cause.error : undefined
    if (error !== undefined || status === 401) {
      return {
        isTemporary: false,
        ...(error !== undefined && { error }),
        ...(status !== undefined && { status }),
      }
    }
    cause = cause.cause
  }
  return { isTemporary: false }
}

/** What was wrong with a refusal, for a person. */
export function wordsOfRefusal({ error }: { error?: string }): string {
  return error === undefined
    ? 'its answer is not what the protocol says'
    : `it answered ${error.slice(0, 100)}`
}

function statusOf(error: Error): number | undefined {
  if ('status' in error && typeof error.status === 'number') return error.status
  return error.cause instanceof Response ? error.cause.status : undefined
}
