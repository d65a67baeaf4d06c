import { describe, expect, it } from 'vitest'
import {
  formToken,
  requireFormToken,
  requireOwnPage,
} from '../../../../../server/auth-service/browser/own-form.js'
import { PageError } from '../../../../../server/auth-service/checks/page-error.js'

const ISSUER = 'https://id.example.org/tenant'
const SECRET = Buffer.alloc(32, 1)

describe('a form of our own page', () => {
  it.each([
    ['its browser says so', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    ['somebody sends it again from the history', { 'sec-fetch-site': 'none' }],
    ['an old browser names our origin', { origin: 'https://id.example.org' }],
    ['it comes from no browser at all', {}],
  ])('is taken when %s (18)', (_case, headers) => {
    expect(() => requireOwnPage(headers, ISSUER)).not.toThrow()
  })

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://id.example.org' },
    { 'sec-fetch-site': '' },
    { origin: 'https://evil.example' },
    { origin: 'https://id.example.org.evil.example' },
    { origin: 'http://id.example.org' },
    { origin: 'https://id.example.org:444' },
    { origin: 'null' },
  ])('is refused with %j (18)', (headers) => {
    expect(() => requireOwnPage(headers, ISSUER)).toThrow(PageError)
  })
})

describe('the token of a form', () => {
  const token = formToken(SECRET, 'a browser')

  it('is the one of its browser', () => {
    expect(() => requireFormToken(SECRET, 'a browser', token)).not.toThrow()
  })

  it.each([undefined, '', formToken(SECRET, 'another browser'), token.slice(0, -1), `${token}A`])(
    'is refused as %s (18)',
    (other) => {
      expect(() => requireFormToken(SECRET, 'a browser', other)).toThrow(PageError)
    },
  )

  it('says nothing without the secret (18)', () => {
    expect(() => requireFormToken(Buffer.alloc(32, 2), 'a browser', token)).toThrow(PageError)
  })
})
