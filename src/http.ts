/** A request as the rest of authcli makes it: absolute URL, whole body, lower-case header names. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
  url: URL
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Ends the request early, on top of the time limit that every request has. */
  signal?: AbortSignal
}

/** A response with its whole body. A repeated header is joined with `, `. */
export interface HttpResponse {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

/**
 * Sends one request and gives back the response, whatever its status. Follows no redirect.
 * @throws HttpError when no whole response arrived: refused, timed out, cut off, too large, bad certificate.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>

/** No whole response arrived. `reason` is a short sentence fit for a person, without a URL. */
export class HttpError extends Error {
  readonly reason: string

  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, options)
    this.name = 'HttpError'
    this.reason = reason
  }
}
