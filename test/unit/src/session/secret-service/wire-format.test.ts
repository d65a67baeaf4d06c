import { describe, expect, it } from 'vitest'
import {
  marshal,
  unmarshal,
  WireFormatError,
  type WireValue,
} from '../../../../../src/session/secret-service/wire-format.js'

function roundTrip(signature: string, values: WireValue[]): WireValue[] {
  return unmarshal(marshal(signature, values), signature)
}

describe('marshal', () => {
  it('writes the bytes that the specification gives as its example', () => {
    // Marshaling: an array of one 64-bit integer has 4 bytes of padding; ours hold structs, which align alike.
    expect(marshal('ya(u)', [1, [[5]]]).toString('hex')).toBe(
      ['01', '000000', '04000000', '05000000'].join(''),
    )
    expect(marshal('au', [[]]).toString('hex')).toBe('00000000')
    expect(marshal('a(u)', [[]]).toString('hex')).toBe('0000000000000000')
  })

  it('ends texts with a NUL that does not count', () => {
    expect(marshal('s', ['ü']).toString('hex')).toBe('02000000c3bc00')
    expect(marshal('g', ['a{ss}']).toString('hex')).toBe('05617b73737d00')
  })

  it.each<[string, WireValue[]]>([
    ['yub', [255, 4_294_967_295, true]],
    ['sos', ['text', '/an/object', '']],
    [
      'a{ss}',
      [
        [
          ['service', 'authcli'],
          ['account', 'default https://a.example.com'],
        ],
      ],
    ],
    [
      'a{sv}b',
      [
        [
          ['label', { type: 's', value: 'x' }],
          ['map', { type: 'a{ss}', value: [['k', 'v']] }],
        ],
        false,
      ],
    ],
    ['(oayays)', [['/session/1', Buffer.alloc(0), Buffer.from('secret'), 'text/plain']]],
    ['aoao', [['/a', '/b'], []]],
    ['vo', [{ type: 's', value: '' }, '/session']],
    ['s', ['x'.repeat(100_000)]],
    [
      'yyyyuua(yv)',
      [
        108,
        1,
        0,
        1,
        0,
        1,
        [
          [1, { type: 'o', value: '/' }],
          [8, { type: 'g', value: 'sv' }],
        ],
      ],
    ],
  ])('makes of %s what unmarshal gives back', (signature, values) => {
    expect(roundTrip(signature, values)).toEqual(values)
  })

  it('refuses a text with a NUL, behind which everything would be lost', () => {
    expect(() => marshal('s', ['a\0b'])).toThrow(WireFormatError)
  })

  it('refuses more values than types, fewer, and types that it does not know', () => {
    expect(() => marshal('s', [])).toThrow(WireFormatError)
    expect(() => marshal('s', ['a', 'b'])).toThrow(WireFormatError)
    expect(() => marshal('x', [1])).toThrow(WireFormatError)
    expect(() => marshal('(', [[]])).toThrow(WireFormatError)
    expect(() => marshal('()', [[]])).toThrow(WireFormatError)
  })
})

describe('unmarshal', () => {
  it('reads the other byte order too', () => {
    expect(unmarshal(Buffer.from('00000001000000026f6b00', 'hex'), 'us', false)).toEqual([1, 'ok'])
  })

  it('leaves what follows alone', () => {
    expect(unmarshal(marshal('us', [7, 'rest']), 'u')).toEqual([7])
  })

  it('ends at the end of the bytes, wherever they are cut', () => {
    const signature = 'a{sv}(oayays)s'
    const bytes = marshal(signature, [
      [['k', { type: 'au', value: [1, 2] }]],
      ['/s', Buffer.from('x'), Buffer.from('y'), 'text/plain'],
      'end',
    ])
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => unmarshal(bytes.subarray(0, length), signature)).toThrow(WireFormatError)
    }
  })

  it.each([
    ['a length beyond the end', 'ay', 'ffffffff00'],
    ['a text beyond the end', 's', '10000000616200'],
    ['an array that ends inside an element', 'au', '060000000100000002000000'],
    ['a variant of two values', 'v', '02757500'],
    ['a variant of nothing', 'v', '0000'],
    ['a variant of an unknown type', 'v', '017800'],
    ['variants in variants without end', 'v', '017600'.repeat(40)],
  ])('refuses %s', (_what, signature, hex) => {
    expect(() => unmarshal(Buffer.from(hex, 'hex'), signature)).toThrow(WireFormatError)
  })
})
