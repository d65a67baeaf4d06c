import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** A response as it came over the wire. */
export interface WireResponse {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Sends one request with exactly these headers (`fetch` would add some and forbid others). Follows nothing. */
export function sendRequest(
  url: URL,
  options: { method: string; headers: Record<string, string>; body?: string },
): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const outgoing = send(url, { method: options.method, headers: options.headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode = 0, headers } = response
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString('utf8') })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(options.body)
  })
}
