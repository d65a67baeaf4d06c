import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'

/** A response whose body is still coming. Whoever does not read it to its end destroys it. */
export interface IncomingStream {
  status: number
  /** What the server calls the status; often empty. */
  statusText: string
  /** A repeated header is joined with `, `. */
  headers: Record<string, string>
  /** Each header that came, repeated ones too, by its lower-case name. */
  headerLines: [name: string, value: string][]
  body: Readable
}

type Headers = Record<string, string | string[] | undefined>

/**
 * Sends a request and resolves with the head of the response. A body that is read slowly makes the server send
 * slowly; a body that ends too early, or because of `signal`, fails with the reason.
 */
export function streamed(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<IncomingStream> {
  return new Promise((resolve, reject) => {
    let body: Readable | undefined
    let abort: ((reason: Error) => void) | undefined
    const fail = (reason: Error) => {
      signal.removeEventListener('abort', stop)
      if (body === undefined) reject(reason)
      else body.destroy(reason)
    }
    const stop = () => {
      fail(signal.reason)
      abort?.(signal.reason)
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        abort = (reason) => controller.abort(reason)
        if (signal.aborted) stop()
      },
      onResponseStart(controller, status, received, statusText = '') {
        // Not the answer yet, only a sign of life (RFC 9110 §15.2).
        if (status < 200) return
        body = new Readable({
          read: () => controller.resume(),
          destroy(error, done) {
            controller.abort(error ?? new Error('nobody reads the response any more'))
            done(error)
          },
        })
        // It is whoever reads it that learns of a failure, maybe later.
        body.on('error', () => {})
        resolve({ status, statusText, headers: joined(received), headerLines: linesOf(received), body })
      },
      onResponseData(controller, chunk) {
        if (body?.push(chunk) === false) controller.pause()
      },
      onResponseEnd() {
        signal.removeEventListener('abort', stop)
        body?.push(null)
      },
      onResponseError: (_controller, error) => fail(error),
    })
  })
}

/** Headers with one value each. */
export function joined(headers: Headers): Record<string, string> {
  const entries = Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
}

function linesOf(headers: Headers): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? ''].flat().map((each): [string, string] => [name, each]),
  )
}
