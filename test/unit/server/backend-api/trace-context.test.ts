import { expect, it } from 'vitest'
import { continueTrace, readTraceId } from '../../../../server/backend-api/trace-context.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

it('reads the trace id of a traceparent header', () => {
  expect(readTraceId(`00-${TRACE}-${SPAN}-01`)).toBe(TRACE)
})

it('reads the trace id of a later version that has more parts', () => {
  expect(readTraceId(`42-${TRACE}-${SPAN}-01-more`)).toBe(TRACE)
})

it.each([
  ['nothing', undefined],
  ['two headers', [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]],
  ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
  ['more parts than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['a line break', `00-${TRACE}-${SPAN}-01\nx`],
])('takes %s for no trace', (_what, header) => {
  expect(readTraceId(header)).toBeUndefined()
})

it('carries a trace on as another span', () => {
  const { traceparent } = continueTrace(TRACE)
  expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`))
  expect(continueTrace(TRACE)['traceparent']).not.toBe(traceparent)
})

it('carries nothing on where there is no trace', () => {
  expect(continueTrace(undefined)).toEqual({})
})
