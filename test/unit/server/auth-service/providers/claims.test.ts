import { describe, expect, it } from 'vitest'
import { emailOf, nameOf, ruleClaims } from '../../../../../server/auth-service/providers/claims.js'

describe('the name of somebody', () => {
  it('is what they are called, or else what they sign in with', () => {
    expect(nameOf({ name: ' Ada Lovelace ', preferred_username: 'ada' })).toBe('Ada Lovelace')
    expect(nameOf({ name: '', preferred_username: 'ada' })).toBe('ada')
    expect(nameOf({ name: 7, preferred_username: 'x'.repeat(200) })).toBe('x'.repeat(200))
    expect(nameOf({ name: 'x'.repeat(201) })).toBeUndefined()
  })

  it('is the same however its letters were put together', () => {
    expect(nameOf({ name: 'Zoe\u0308' })).toBe('Zo\u00eb')
  })
})

describe('the address of somebody', () => {
  it.each(['ada@example.org', 'Ada+x@Example.org', `${'x'.repeat(241)}@example.org`, 'zoë@bücher.example'])(
    'may be %.30j',
    (email) => {
      expect(emailOf({ email })).toBe(email)
    },
  )

  it.each([
    '@example.org',
    'ada@',
    'a@b@c',
    'a b@c.example',
    ' ada@c.example',
    `${'x'.repeat(250)}@c.example`,
  ])('is not %.30j', (email) => {
    expect(emailOf({ email })).toBeUndefined()
  })
})

it('makes rules of nothing but text, lists of texts, numbers and flags', () => {
  const claims = {
    a: 'x',
    b: ['x', 'y'],
    c: 1,
    d: true,
    e: null,
    f: { x: 1 },
    g: ['x', 1],
    h: undefined,
    i: [],
  }
  expect(ruleClaims(claims)).toEqual({ a: 'x', b: ['x', 'y'], c: 1, d: true, i: [] })
})
