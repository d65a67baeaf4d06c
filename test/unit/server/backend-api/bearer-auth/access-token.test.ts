import { describe, expect, it } from 'vitest'
import { parseScopes, readAccessToken } from '../../../../../server/backend-api/bearer-auth/access-token.js'
import type { Policy } from '../../../../../server/backend-api/bearer-auth/policy.js'

const NOW = 1_800_000_000
const POLICY: Policy = {
  mode: 'jwks',
  issuer: 'https://as.example',
  resource: 'https://api.example',
  clockToleranceSeconds: 0,
}
const CLAIMS: Record<string, unknown> = {
  iss: 'https://as.example',
  sub: 'account-1',
  aud: 'https://api.example',
  client_id: 'authcli',
  jti: 'token-1',
  iat: NOW - 10,
  exp: NOW + 590,
  scope: 'items:read items:write',
}

function read(changes: Record<string, unknown> = {}, policy: Partial<Policy> = {}) {
  // As it comes off the wire: what is undefined is absent.
  const claims = JSON.parse(JSON.stringify({ ...CLAIMS, ...changes }))
  return readAccessToken(claims, { ...POLICY, ...policy }, NOW * 1000)
}

it('reads what the routes need', () => {
  expect(read({ name: 'Zoë', username: 'demo', email: 'demo@example.com' })).toEqual({
    issuer: 'https://as.example',
    subject: 'account-1',
    clientId: 'authcli',
    tokenId: 'token-1',
    expiresAt: NOW + 590,
    scopes: new Set(['items:read', 'items:write']),
    user: { name: 'Zoë', username: 'demo', email: 'demo@example.com' },
    isOfPerson: true,
  })
})

it('takes what is not text for no user info', () => {
  expect(read({ name: ['x'], username: 7, email: '' }).user).toEqual({})
})

describe.each(['iss', 'sub', 'aud', 'client_id', 'jti', 'iat', 'exp'])('%s is refused', (claim) => {
  it.each([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
    ['an empty list', []],
    ['a list of itself twice in a list', [[CLAIMS[claim]]]],
    ['an object', { [claim]: CLAIMS[claim] }],
    ['true', true],
    ['a negative number', -1],
    ['a huge number', 1e20],
    ['infinite', 1e308 * 10],
    ['a huge text', 'x'.repeat(5_000)],
  ])('when it is %s (90, V16)', (_what, value) => {
    expect(() => read({ [claim]: value })).toThrow('invalid_token')
  })
})

it.each(['iss', 'aud'])('%s is refused when it is another one (90)', (claim) => {
  expect(() => read({ [claim]: 'https://other.example' })).toThrow(claim)
})

it.each(['iat', 'exp', 'nbf'])('%s is refused as text (90, V16)', (claim) => {
  expect(() => read({ [claim]: String(NOW + 5) })).toThrow('invalid_token')
})

it.each([[['items:read']], [7], [null], [{}]])('a scope of %j is refused (90, V16)', (scope) => {
  expect(() => read({ scope })).toThrow('invalid_token')
})

it.each([[[]], [null], ['text'], [1]])('a payload of %j is refused (90, V16)', (claims) => {
  expect(() => readAccessToken(claims, POLICY, NOW * 1000)).toThrow('invalid_token')
})

it('allows nothing without a scope', () => {
  expect(read({ scope: undefined }).scopes.size).toBe(0)
})

it.each([
  'https://as.example/',
  'https://AS.example',
  'http://as.example',
  'https://as.example.attacker.example',
])('an issuer is compared as a string: %s is another one (90)', (iss) => {
  expect(() => read({ iss })).toThrow('iss')
})

describe('the audience', () => {
  it('may be a list that holds this resource', () => {
    expect(read({ aud: ['https://as.example/userinfo', 'https://api.example'] }).subject).toBe('account-1')
  })

  it.each([
    ['another resource', 'https://other.example'],
    ['this resource with a slash', 'https://api.example/'],
    ['a part of this resource', 'https://api'],
    ['a list without this resource', ['https://other.example']],
    ['a list with something else in it', ['https://api.example', 1]],
    ['a very long list', Array.from({ length: 17 }, () => 'https://api.example')],
  ])('is refused when it is %s (90)', (_what, aud) => {
    expect(() => read({ aud })).toThrow('invalid_token')
  })
})

describe('time', () => {
  it('ends at exp, not after it (90)', () => {
    expect(read({ exp: NOW + 1 }).expiresAt).toBe(NOW + 1)
    expect(() => read({ exp: NOW })).toThrow('expired')
  })

  it('ends after exp by the tolerance that was asked for (90)', () => {
    expect(read({ exp: NOW - 59 }, { clockToleranceSeconds: 60 }).expiresAt).toBe(NOW - 59)
    expect(() => read({ exp: NOW - 60 }, { clockToleranceSeconds: 60 })).toThrow('expired')
  })

  it.each(['iat', 'nbf'])('begins up to 10 s later on the clock of the AuthService (90)', (claim) => {
    expect(read({ [claim]: NOW + 10 }).subject).toBe('account-1')
    expect(() => read({ [claim]: NOW + 11 })).toThrow(`${claim} in the future`)
  })
})

it('tells a client that acts for itself from a person (40)', () => {
  expect(read({ sub: 'authcli' }).isOfPerson).toBe(false)
})

it('refuses a token that is bound to a key: it is no bearer token (71)', () => {
  expect(() => read({ cnf: { jkt: 'x' } })).toThrow('invalid_token')
})

it('reads scopes word by word', () => {
  expect(parseScopes(' items:read  items:write ')).toEqual(new Set(['items:read', 'items:write']))
  expect(parseScopes('items:readonly').has('items:read')).toBe(false)
})
