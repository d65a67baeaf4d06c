import { randomBytes } from 'node:crypto'

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)

/**
 * Reads the trace id of a `traceparent` header. Answers undefined for a header that is absent or not in the
 * form of the specification: then there is no trace.
 * @see W3C Trace Context §3.2
 */
export function readTraceId(traceparent: string | string[] | undefined): string | undefined {
  if (typeof traceparent !== 'string') return undefined
  const match = TRACEPARENT.exec(traceparent)
  if (!match) return undefined
  const [, version, traceId, spanId, more] = match
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  return traceId === NO_TRACE || spanId === NO_SPAN ? undefined : traceId
}

/** The header that carries a trace on to the next service, as a new span. */
export function continueTrace(traceId: string | undefined): Record<string, string> {
  return traceId === undefined ? {} : { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` }
}
