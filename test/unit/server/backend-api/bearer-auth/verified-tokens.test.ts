import { expect, it } from 'vitest'
import { type Policy, policyId } from '../../../../../server/backend-api/bearer-auth/policy.js'
import { createVerifiedTokens } from '../../../../../server/backend-api/bearer-auth/verified-tokens.js'

const POLICY: Policy = {
  mode: 'jwks',
  issuer: 'https://as.example',
  resource: 'https://api.example',
  clockToleranceSeconds: 0,
}

function fill(verdicts: ReturnType<typeof createVerifiedTokens<number>>, from: number, to: number): void {
  for (let index = from; index < to; index += 1) verdicts.set(String(index), index)
}

it('names a token by a hash of all of it: one character makes another name (96, V19)', () => {
  const verdicts = createVerifiedTokens('policy')
  const token = 'a'.repeat(1_000)
  expect(verdicts.nameOf(token)).toBe(verdicts.nameOf(token))
  expect(verdicts.nameOf(token)).not.toBe(verdicts.nameOf(`${token.slice(0, -1)}b`))
  expect(verdicts.nameOf(token)).not.toBe(verdicts.nameOf(`b${token.slice(1)}`))
  expect(verdicts.nameOf(token)).not.toContain('aaaa')
})

it.each([
  ['mode', { mode: 'introspection' }],
  ['issuer', { issuer: 'https://other.example' }],
  ['resource', { resource: 'https://other.example' }],
  ['tolerance', { clockToleranceSeconds: 1 }],
] as const)('names it otherwise under a policy with another %s (96, V19)', (_what, change) => {
  const name = createVerifiedTokens(policyId(POLICY)).nameOf('token')
  expect(createVerifiedTokens(policyId({ ...POLICY, ...change })).nameOf('token')).not.toBe(name)
})

it('keeps at most 10,000 verdicts (96)', () => {
  const verdicts = createVerifiedTokens<number>('policy')
  fill(verdicts, 0, 50_000)
  let kept = 0
  for (let index = 0; index < 50_000; index += 1) if (verdicts.get(String(index)) !== undefined) kept += 1
  expect(kept).toBeLessThanOrEqual(10_000)
  expect(kept).toBeGreaterThan(0)
})

it('keeps the tokens that are in use, whatever passes by', () => {
  const verdicts = createVerifiedTokens<number>('policy')
  fill(verdicts, 0, 2_500)
  for (let index = 0; index < 20_000; index += 1) {
    verdicts.set(`passer-by ${index}`, -1)
    expect(verdicts.get(String(index % 2_500))).toBe(index % 2_500)
  }
})

it('gives the newest verdict on a token, and none that was removed', () => {
  const verdicts = createVerifiedTokens<number>('policy')
  verdicts.set('a', 1)
  fill(verdicts, 0, 5_000)
  verdicts.set('a', 2)
  expect(verdicts.get('a')).toBe(2)
  verdicts.delete('a')
  expect(verdicts.get('a')).toBeUndefined()
})
