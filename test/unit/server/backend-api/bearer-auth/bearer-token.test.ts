import { expect, it } from 'vitest'
import {
  type CredentialsCarrier,
  readBearerToken,
} from '../../../../../server/backend-api/bearer-auth/bearer-token.js'

function carrier(authorization?: string, more: Partial<CredentialsCarrier> = {}): CredentialsCarrier {
  const headers = authorization === undefined ? {} : { authorization }
  const rawHeaders = authorization === undefined ? [] : ['Authorization', authorization]
  return { headers, rawHeaders, hasQueryToken: false, ...more }
}

it.each(['Bearer abc', 'bearer abc', 'BEARER abc', 'Bearer   abc'])('reads the token of "%s"', (header) => {
  expect(readBearerToken(carrier(header))).toBe('abc')
})

it.each([undefined, '', 'Basic YTpi', 'Bearerabc', 'DPoP abc', ' Bearer abc'])(
  'finds no token in "%s"',
  (header) => {
    expect(readBearerToken(carrier(header))).toBeUndefined()
  },
)

it('does not look for a token in the query (89)', () => {
  expect(readBearerToken(carrier(undefined, { hasQueryToken: true }))).toBeUndefined()
})

it('refuses a token in the header and one in the query (89)', () => {
  expect(() => readBearerToken(carrier('Bearer abc', { hasQueryToken: true }))).toThrow('invalid_request')
})

it('refuses two Authorization headers, whatever their case (89)', () => {
  const rawHeaders = ['Authorization', 'Bearer abc', 'Host', 'x', 'AUTHORIZATION', 'Bearer def']
  expect(() => readBearerToken(carrier('Bearer abc', { rawHeaders }))).toThrow('invalid_request')
})

it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer abc, Bearer def'])(
  'refuses the malformed "%s"',
  (header) => {
    expect(() => readBearerToken(carrier(header))).toThrow('invalid_request')
  },
)
