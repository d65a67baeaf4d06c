import { describe, expect, it } from 'vitest'
import {
  canonicalResource,
  refuseOtherResource,
  requestedResource,
} from '../../../../../server/auth-service/checks/resource.js'

const invalidTarget = expect.objectContaining({ code: 'invalid_target' })

describe('a resource identifier', () => {
  it.each([
    ['https://api.example', 'https://api.example'],
    ['https://api.example/', 'https://api.example'],
    ['HTTPS://API.EXAMPLE:443/', 'https://api.example'],
    ['http://127.0.0.1:9001', 'http://127.0.0.1:9001'],
    ['https://api.example/v1', 'https://api.example/v1'],
    ['https://api.example/v1/', 'https://api.example/v1/'],
    ['https://api.example/?tenant=a', 'https://api.example/?tenant=a'],
    ['urn:example:api', 'urn:example:api'],
  ])('has one canonical form: %s is %s (43)', (value, canonical) => {
    expect(canonicalResource(value)).toBe(canonical)
  })

  it.each([
    ['relative', '/items'],
    ['without a scheme', 'api.example'],
    ['with a fragment', 'https://api.example/#a'],
    ['with an empty fragment', 'https://api.example#'],
    ['with a space before it', ' https://api.example'],
    ['with a line break in it', 'https://api.exam\nple'],
    ['with a letter beyond ASCII', 'https://äpi.example'],
    ['without a host', 'https://'],
  ])('is refused when it is one %s (43)', (_what, value) => {
    expect(canonicalResource(value)).toBeUndefined()
    expect(() => requestedResource([value])).toThrow(invalidTarget)
  })
})

describe('the requested resource', () => {
  it('is none when none is named', () => {
    expect(requestedResource([])).toBeNull()
  })

  it('is one, also when it is named twice', () => {
    expect(requestedResource(['https://api.example', 'https://api.example/'])).toBe('https://api.example')
  })

  it('is refused when two are named, because a token is for one (43)', () => {
    expect(() => requestedResource(['https://a.example', 'https://b.example'])).toThrow(invalidTarget)
  })
})

describe('a token request', () => {
  it('may name no resource, or that of its grant', () => {
    expect(() => refuseOtherResource([], 'https://api.example')).not.toThrow()
    expect(() => refuseOtherResource(['https://api.example/'], 'https://api.example')).not.toThrow()
    expect(() => refuseOtherResource([], null)).not.toThrow()
  })

  it('may not name another one (43)', () => {
    expect(() => refuseOtherResource(['https://b.example'], 'https://a.example')).toThrow(invalidTarget)
    expect(() =>
      refuseOtherResource(['https://a.example', 'https://b.example'], 'https://a.example'),
    ).toThrow(invalidTarget)
    expect(() => refuseOtherResource(['https://a.example'], null)).toThrow(invalidTarget)
  })
})
