import { describe, expect, it } from 'vitest'
import { fitsSignUpRule, type SignUpFacts } from '../../../../../server/auth-service/checks/sign-up-rule.js'
import type { SignUpRule } from '../../../../../server/auth-service/store/providers.js'

const rule = (changes: Partial<SignUpRule> = {}): SignUpRule => ({
  domains: [],
  groups: [],
  claims: [],
  ...changes,
})
const facts = (changes: Partial<SignUpFacts> = {}): SignUpFacts => ({
  email: undefined,
  isEmailVerified: false,
  claims: {},
  ...changes,
})
const verified = (email: string) => facts({ email, isEmailVerified: true })

describe('a provider without a rule, or with an empty one', () => {
  it('lets nobody new in', () => {
    const somebody = { ...verified('ada@example.org'), claims: { groups: ['staff'] } }
    expect(fitsSignUpRule(null, somebody)).toBe(false)
    expect(fitsSignUpRule(rule(), somebody)).toBe(false)
  })
})

describe('a rule with a domain', () => {
  const fits = (each: SignUpFacts) => fitsSignUpRule(rule({ domains: ['example.org'] }), each)

  it.each(['ada@example.org', 'ada@EXAMPLE.Org', '"a@b"@example.org'])('fits %s', (email) => {
    expect(fits(verified(email))).toBe(true)
  })

  it.each([
    'ada@example.com',
    'ada@sub.example.org',
    'ada@notexample.org',
    'ada@example.org.evil.example',
    'ada@example.org@evil.example',
    'ada@example.org.',
    'example.org',
    '@',
    '',
  ])('does not fit %s (87)', (email) => {
    expect(fits(verified(email))).toBe(false)
  })

  it('does not fit an address that the provider has not verified, nor none (87)', () => {
    expect(fits(facts({ email: 'ada@example.org' }))).toBe(false)
    expect(fits(facts({ isEmailVerified: true }))).toBe(false)
    expect(fits(facts({ claims: { email: 'ada@example.org', email_verified: true } }))).toBe(false)
  })
})

describe('a rule with a group', () => {
  const fits = (claims: SignUpFacts['claims']) =>
    fitsSignUpRule(rule({ groups: ['staff'] }), facts({ claims }))

  it('fits who is in it', () => {
    expect(fits({ groups: ['others', 'staff'] })).toBe(true)
    expect(fits({ groups: 'staff' })).toBe(true)
  })

  it.each<SignUpFacts['claims']>([
    {},
    { groups: [] },
    { groups: ['Staff', 'staffing', 'staff '] },
    { groups: 'staffing' },
    { groups: true },
    { roles: ['staff'] },
  ])('does not fit %j', (claims) => {
    expect(fits(claims)).toBe(false)
  })
})

describe('a rule with a claim', () => {
  const fits = (name: string, value: string, claims: SignUpFacts['claims']) =>
    fitsSignUpRule(rule({ claims: [{ name, value }] }), facts({ claims }))

  it.each<[string, string, SignUpFacts['claims']]>([
    ['hd', 'example.org', { hd: 'example.org' }],
    ['level', '3', { level: 3 }],
    ['employee', 'true', { employee: true }],
    ['roles', 'editor', { roles: ['author', 'editor'] }],
  ])('%s=%s fits %j', (name, value, claims) => {
    expect(fits(name, value, claims)).toBe(true)
  })

  it.each<[string, string, SignUpFacts['claims']]>([
    ['hd', 'example.org', {}],
    ['hd', 'example.org', { hd: 'example.org.evil.example' }],
    ['employee', 'true', { employee: false }],
    ['roles', 'editor', { roles: ['editors'] }],
    ['roles', 'author,editor', { roles: ['author', 'editor'] }],
    ['constructor', 'function Object() { [native code] }', {}],
    ['hd', 'undefined', {}],
  ])('%s=%s does not fit %j', (name, value, claims) => {
    expect(fits(name, value, claims)).toBe(false)
  })
})

describe('a rule with several lines', () => {
  it('fits whoever fits one of them', () => {
    const several = rule({ domains: ['example.org'], groups: ['staff'] })
    expect(fitsSignUpRule(several, verified('ada@example.org'))).toBe(true)
    expect(fitsSignUpRule(several, facts({ claims: { groups: ['staff'] } }))).toBe(true)
    expect(fitsSignUpRule(several, facts({ claims: { groups: ['example.org'] } }))).toBe(false)
  })
})
