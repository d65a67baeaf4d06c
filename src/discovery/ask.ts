import { AuthcliError, type ErrorCode } from '../errors.js'
import { type Http, HttpError, type HttpResponse } from '../http.js'

/** Who is asked, in words for a person ("the API", "the AuthService"), and the code for "no answer". */
export interface Asked {
  service: string
  unreachable: Extract<ErrorCode, 'API_UNREACHABLE' | 'AUTH_SERVICE_UNREACHABLE'>
}

/**
 * Gets one URL as JSON, without credentials. No redirect is followed: an answer speaks for what was asked.
 * @throws AuthcliError with the code `asked.unreachable` when no answer came, or a 5xx or 429 did.
 */
export async function ask(http: Http, url: URL, asked: Asked): Promise<HttpResponse> {
  const headers = { accept: 'application/json' }
  const response = await http({ method: 'GET', url, headers }).catch((error: unknown) => {
    if (!(error instanceof HttpError)) throw error
    throw unreachable(url, asked, `can't be reached: ${error.reason}`, error)
  })
  if (response.status >= 500 || response.status === 429) {
    throw unreachable(url, asked, `can't answer right now (${response.status})`)
  }
  return response
}

function unreachable(url: URL, asked: Asked, problem: string, cause?: unknown): AuthcliError {
  return new AuthcliError(asked.unreachable, `${asked.service} at ${url.origin} ${problem}`, {
    hint: 'check its address and the network, then try again',
    ...(cause !== undefined && { cause }),
  })
}
