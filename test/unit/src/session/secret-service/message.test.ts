import { describe, expect, it } from 'vitest'
import { formatMethodCall, takeMessage } from '../../../../../src/session/secret-service/message.js'
import {
  marshal,
  WireFormatError,
  type WireValue,
} from '../../../../../src/session/secret-service/wire-format.js'

/** A message as a bus sends it. */
function message(type: number, fields: WireValue[], body: Buffer = Buffer.alloc(0)): Buffer {
  const header = marshal('yyyyuua(yv)', [0x6c, type, 0, 1, body.length, 1, fields])
  return Buffer.concat([header, Buffer.alloc(-header.length & 7), body])
}

const REPLY_TO_7: WireValue = [5, { type: 'u', value: 7 }]

describe('formatMethodCall', () => {
  it('writes what dbus-daemon takes', () => {
    const bytes = formatMethodCall(1, {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'Hello',
    })
    // Little-endian, a method call, no flags, protocol 1, no body, serial 1.
    expect(bytes.toString('hex')).toMatch(/^6c0100010{8}01000000/)
    expect(bytes.length % 8).toBe(0)
    expect(takeMessage(bytes)?.message).toMatchObject({ kind: 'other', member: 'Hello' })
  })
})

describe('takeMessage', () => {
  it('waits until a message is whole, and leaves what follows', () => {
    const one = message(2, [REPLY_TO_7, [8, { type: 'g', value: 's' }]], marshal('s', ['answer']))
    const both = Buffer.concat([one, one])
    for (let length = 0; length < one.length; length += 1) {
      expect(takeMessage(both.subarray(0, length))).toBeUndefined()
    }
    const taken = takeMessage(both)
    expect(taken?.message).toMatchObject({ kind: 'return', replySerial: 7 })
    expect(taken?.message.arguments('s')).toEqual(['answer'])
    expect(taken?.rest).toEqual(one)
  })

  it('knows errors by their name, and signals by path and member', () => {
    const error = message(3, [REPLY_TO_7, [4, { type: 's', value: 'org.example.Error' }]])
    expect(takeMessage(error)?.message).toMatchObject({ kind: 'error', errorName: 'org.example.Error' })
    const signal = message(4, [
      [1, { type: 'o', value: '/prompt' }],
      [3, { type: 's', value: 'Completed' }],
    ])
    expect(takeMessage(signal)?.message).toMatchObject({
      kind: 'signal',
      path: '/prompt',
      member: 'Completed',
    })
  })

  it('does not read arguments of other types than are asked for', () => {
    const { message: taken } =
      takeMessage(message(2, [REPLY_TO_7, [8, { type: 'g', value: 'u' }]], marshal('u', [1]))) ?? {}
    expect(() => taken?.arguments('s')).toThrow(WireFormatError)
    expect(taken?.arguments('')).toEqual([])
  })

  it.each([
    ['another protocol', '48545450'.padEnd(32, '0')],
    ['another version', '6c010002'.padEnd(32, '0')],
    ['a body of 4 GiB', '6c010001ffffffff0100000000000000'],
    ['a header of 4 GiB', '6c0100010000000001000000ffffffff'],
    ['a header of 2 GiB', '6c01000100000000010000007fffffff'],
  ])('refuses %s', (_what, hex) => {
    expect(() => takeMessage(Buffer.from(hex, 'hex'))).toThrow(WireFormatError)
  })
})
