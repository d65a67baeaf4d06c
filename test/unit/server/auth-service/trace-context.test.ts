import { describe, expect, it } from 'vitest'
import { traceIdOf } from '../../../../server/auth-service/trace-context.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('a trace id', () => {
  it.each([`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-00`, `cc-${TRACE}-${SPAN}-01-what-comes-later`])(
    'is taken from %s',
    (traceparent) => {
      expect(traceIdOf(traceparent)).toBe(TRACE)
    },
  )

  it.each([
    undefined,
    '',
    TRACE,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n{"level":60}`,
  ])('is not taken from %j', (traceparent) => {
    expect(traceIdOf(traceparent)).toBeUndefined()
  })
})
