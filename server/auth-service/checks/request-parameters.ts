/**
 * The parameters of one request. Unknown ones are there and nobody asks for them; an empty one is absent; `a[]`
 * and `a[b]` are names like any other, never a list or an object.
 *
 * @see RFC 6749 §3.1 and §3.2
 */
export interface RequestParameters {
  /** The value of a parameter; undefined when it is absent, empty or repeated. */
  get(name: string): string | undefined
  /** Every value of `resource`, the only parameter that may be repeated (RFC 8707 §2). */
  readonly resources: readonly string[]
  /** The names that came more than once, over all sources together; see `repeated-parameters.ts`. */
  readonly repeated: readonly string[]
  /** Whether a name or value holds U+0000, which no parameter allows and PostgreSQL cannot store. */
  readonly hasNul: boolean
}

/**
 * Reads the parameters of a request from its query, its form body, or both. Refuses nothing: who may be told
 * about an error is for the endpoint to know.
 */
export function readParameters(...sources: readonly URLSearchParams[]): RequestParameters {
  const values = new Map<string, string>()
  const resources: string[] = []
  const repeated = new Set<string>()
  let hasNul = false
  for (const source of sources) {
    for (const [name, value] of source) {
      hasNul ||= name.includes('\0') || value.includes('\0')
      if (name === 'resource') {
        if (value !== '') resources.push(value)
      } else if (values.has(name)) repeated.add(name)
      else values.set(name, value)
    }
  }
  return {
    get: (name) => (repeated.has(name) ? undefined : values.get(name) || undefined),
    resources,
    repeated: [...repeated],
    hasNul,
  }
}
