import { expect, test } from 'vitest'
import { randomBytesOf, randomBytesSince } from '../../../../../server/auth-service/tokens/random.js'

test('no piece is given out twice, over many pools and all sizes (31)', () => {
  const pieces = Array.from({ length: 20_000 }, (_, index) =>
    randomBytesOf(16 + (index % 17)).toString('hex'),
  )
  expect(new Set(pieces).size).toBe(pieces.length)
  expect(pieces.filter((piece) => /^0+$/.test(piece))).toEqual([])
})

test("what was given out is its owner's: what they do to it changes nothing that comes later", () => {
  const first = randomBytesOf(32)
  const copy = Buffer.from(first)
  const second = randomBytesOf(32)
  second.fill(0)
  expect(first).toEqual(copy)
  expect(randomBytesOf(32)).not.toEqual(second)
})

test('gives as many bytes as asked for, and refuses more than a pool', () => {
  for (const count of [0, 1, 16, 4_095, 4_096]) expect(randomBytesOf(count)).toHaveLength(count)
  expect(() => randomBytesOf(4_097)).toThrow(RangeError)
})

test('bytes since an instant begin with it, big endian, so that they sort by it', () => {
  const instants = [0, 1, 255, 256, 1_700_000_000_000, 2 ** 48 - 1]
  const made = instants.map((instant) => randomBytesSince(16, instant))
  expect(made.map((bytes) => bytes.readUIntBE(0, 6))).toEqual(instants)
  expect([...made].sort(Buffer.compare)).toEqual(made)
})
