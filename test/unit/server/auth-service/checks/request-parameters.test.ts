import { describe, expect, it } from 'vitest'
import { refuseRepeatedParameters } from '../../../../../server/auth-service/checks/repeated-parameters.js'
import { readParameters } from '../../../../../server/auth-service/checks/request-parameters.js'

const read = (...sources: string[]) => readParameters(...sources.map((source) => new URLSearchParams(source)))

describe('request parameters', () => {
  it('are decoded once', () => {
    expect(read('state=a%2Bb+c%2525').get('state')).toBe('a+b c%25')
  })

  it('are absent when empty (12)', () => {
    expect(read('scope=&state').get('scope')).toBeUndefined()
    expect(read('scope=&state').get('state')).toBeUndefined()
  })

  it.each(['client_id[]=a', 'client_id[0]=a', 'client_id[b]=a', 'client_id%5B%5D=a', 'CLIENT_ID=a'])(
    'take %s for another name, not for a list or an object (12)',
    (query) => {
      expect(read(query).get('client_id')).toBeUndefined()
    },
  )

  it.each(['__proto__', 'constructor', 'toString'])('know nothing of %s unless it was sent', (name) => {
    expect(read('a=b').get(name)).toBeUndefined()
    expect(read(`${name}=b`).get(name)).toBe('b')
  })

  it('may repeat resource, and nothing else (12)', () => {
    const parameters = read('resource=https://a.example&resource=https://b.example&resource=')
    expect(parameters.resources).toEqual(['https://a.example', 'https://b.example'])
    expect(parameters.repeated).toEqual([])
  })

  it.each([
    ['in the query', ['state=a&state=b']],
    ['in query and body together', ['state=a', 'state=b']],
    ['with the same value', ['state=a&state=a']],
    ['with one value empty', ['state=a&state=']],
    ['though nobody knows it', ['x=1&x=2']],
  ])('are refused when one comes twice %s (12)', (_where, sources) => {
    const parameters = read(...sources)
    expect(parameters.repeated).toHaveLength(1)
    expect(parameters.get('state')).toBeUndefined()
    expect(() => refuseRepeatedParameters(parameters)).toThrow(
      expect.objectContaining({ code: 'invalid_request', statusCode: 400 }),
    )
  })

  it.each(['a=%00', 'a%00=b', 'resource=%00'])('are refused with a NUL: %s (12)', (query) => {
    expect(() => refuseRepeatedParameters(read(query))).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })

  it('are let through when none is repeated', () => {
    expect(() => refuseRepeatedParameters(read('a=1', 'b=2'))).not.toThrow()
  })
})
