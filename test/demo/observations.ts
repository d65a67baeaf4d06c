/** One of the calls of authcli that the demo makes. */
export type Call = 'login' | 'first' | 'again' | 'expired'

/** A line of `authcli --verbose`: `authcli: trace <event> key=value …`. */
export interface TraceLine {
  source: 'authcli'
  call: Call
  /** Epoch milliseconds at which the line was read; the trace itself has no clock. */
  at: number
  event: string
  values: Readonly<Record<string, string>>
}

/** A line of JSON in the log of one of the services. */
export interface LogLine {
  source: 'auth-service' | 'backend-api'
  /** Epoch milliseconds, as logged. */
  at: number
  message: string
  fields: Readonly<Record<string, unknown>>
}

export type Observation = TraceLine | LogLine

const TRACE = /^authcli: trace (\S+)(.*)$/

/** Reads a line of authcli's stderr; undefined for everything that is not a trace line. */
export function parseTraceLine(line: string, call: Call, at: number): TraceLine | undefined {
  const [, event, rest] = TRACE.exec(line) ?? []
  if (event === undefined || rest === undefined) return undefined
  const pairs = rest.split(' ').filter((word) => word.includes('='))
  const values = Object.fromEntries(
    pairs.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  )
  return { source: 'authcli', call, at, event, values }
}

/** Reads a line of a service's output; undefined for everything that is not a line of its log. */
export function parseLogLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(line)
  } catch {
    return undefined
  }
  const { service, time, msg } = fields
  if (service !== 'auth-service' && service !== 'backend-api') return undefined
  if (typeof time !== 'number' || typeof msg !== 'string') return undefined
  return { source: service, at: time, message: msg, fields }
}

/** The trace id in a `traceparent` value. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent?.split('-')[1]
}
