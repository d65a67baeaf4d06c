import { type Http, HttpError } from '../../http.js'

/**
 * The same way to the network, for somebody who wants to know whether there is an answer, rather than to wait
 * for it as long as for a login.
 */
export function withAnswerLimit(http: Http, limitSeconds: number): Http {
  return async (request) => {
    const signal = AbortSignal.timeout(limitSeconds * 1000)
    try {
      return await http({ ...request, signal })
    } catch (error) {
      if (!signal.aborted || error instanceof HttpError) throw error
      throw new HttpError(`no answer within ${limitSeconds} seconds`, { cause: error })
    }
  }
}
