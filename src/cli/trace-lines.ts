import type { Trace } from '../trace.js'
import type { OutputStream } from './run-dependencies.js'

/** Longer values are cut: a trace line is for the eye. */
const MAX_VALUE_CHARACTERS = 300

/**
 * Prints trace events on stderr, one a line: `authcli: trace <event> key=value key=value`. A value is
 * printed without spaces, quotes and everything else that is not visible ASCII: each becomes `_`.
 */
export function createTraceLines(stderr: OutputStream): Trace {
  return ({ event, ...values }) => {
    const words = Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ` ${key}=${traceValue(String(value))}`)
    stderr.write(`authcli: trace ${event}${words.join('')}\n`)
  }
}

function traceValue(value: string): string {
  return value.slice(0, MAX_VALUE_CHARACTERS).replace(/[^\x21\x23-\x7e]/g, '_')
}
