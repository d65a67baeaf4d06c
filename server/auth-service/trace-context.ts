/**
 * The trace id of a `traceparent` header, 32 lower-case hexadecimal digits; undefined for one that isn't well formed.
 *
 * @see W3C Trace Context §3.2
 */
export function traceIdOf(traceparent: unknown): string | undefined {
  if (typeof traceparent !== 'string') return undefined
  const found = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(traceparent)
  const [, version, traceId, parentId, rest] = found ?? []
  const isValid = version !== 'ff' && !/^0+$/.test(traceId ?? '0') && !/^0+$/.test(parentId ?? '0')
  return isValid && (version !== '00' || rest === undefined) ? traceId : undefined
}
