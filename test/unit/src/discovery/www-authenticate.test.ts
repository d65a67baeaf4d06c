import { describe, expect, it } from 'vitest'
import { parseChallenges } from '../../../../src/discovery/www-authenticate.js'

function parsed(header: string) {
  return parseChallenges(header)?.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])
}

describe('parseChallenges', () => {
  it.each([
    ['Bearer', [['bearer', {}]]],
    ['bEARER realm=x', [['bearer', { realm: 'x' }]]],
    ['Bearer realm="a, b=c", error = "d"', [['bearer', { realm: 'a, b=c', error: 'd' }]]],
    ['Bearer realm="say \\"hi\\" \\\\"', [['bearer', { realm: 'say "hi" \\' }]]],
    [
      'Basic realm="x", Bearer a="b"',
      [
        ['basic', { realm: 'x' }],
        ['bearer', { a: 'b' }],
      ],
    ],
    [
      'Bearer a="b", Basic realm="x"',
      [
        ['bearer', { a: 'b' }],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Negotiate YWJj==, Bearer',
      [
        ['negotiate', {}],
        ['bearer', {}],
      ],
    ],
    [
      'Negotiate, Bearer a=b',
      [
        ['negotiate', {}],
        ['bearer', { a: 'b' }],
      ],
    ],
    [' ,, Bearer a=b , ,c="d",, ', [['bearer', { a: 'b', c: 'd' }]]],
    ['', []],
  ])('reads %j', (header, challenges) => {
    expect(parsed(header)).toEqual(challenges)
  })

  it.each([
    'Bearer realm="unfinished',
    'Bearer realm="a" error="b"',
    'Bearer a=b, realm=, Basic',
    'Bearer realm=a=b',
    'Bearer realm="a"b',
    'Bearer realm="a\u0000b"',
    'Bearer realm="a\nb"',
    '"Bearer" a=b',
    'Bearer a=b, =c',
    'Bearer a="b", A="c"',
  ])('says nothing about the broken header %j', (header) => {
    expect(parsed(header)).toBeUndefined()
  })

  it('does not read a header of more than 16 KiB', () => {
    expect(parsed(`Bearer a="${'x'.repeat(16_384)}"`)).toBeUndefined()
  })

  it.each([
    ['quotes', `Bearer a="${'\\"'.repeat(8000)}`],
    ['commas', `Bearer ${','.repeat(16_000)}"`],
    ['spaces', `Bearer a${' '.repeat(16_000)}b`],
    ['equals signs', `Bearer ${'a'.repeat(8000)}${'='.repeat(8000)}b`],
    ['parameters', `Bearer ${Array.from({ length: 2500 }, (_, n) => `a${n}=b`).join(',')},"`],
    ['schemes', `${'a,'.repeat(8000)}"`],
  ])('reads hostile %s step by step, without going back', (_what, header) => {
    expect(parsed(header)).toBeUndefined()
  })
})
