import { describe, expect, it } from 'vitest'
import {
  createDeviceCode,
  createUserCode,
  hashDeviceCode,
  hashUserCode,
  readUserCode,
} from '../../../../../server/auth-service/tokens/device-codes.js'

const SECRET = Buffer.alloc(32, 1)
const OTHER_SECRET = Buffer.alloc(32, 2)

describe('a device code', () => {
  it('has 256 random bits (31) (73)', () => {
    const codes = new Set(Array.from({ length: 100 }, createDeviceCode))
    expect(codes.size).toBe(100)
    for (const code of codes) expect(code).toMatch(/^[\w-]{43}$/)
  })
})

describe('a user code', () => {
  it('is eight of twenty letters, none a vowel or like a digit, with a dash between (74)', () => {
    const letters = new Set<string>()
    for (let tries = 0; tries < 500; tries++) {
      const code = createUserCode()
      expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
      for (const letter of code.replace('-', '')) letters.add(letter)
    }
    expect(letters.size).toBe(20)
  })

  it.each(['WDJB-MJHT', 'wdjb-mjht', 'WDJBMJHT', ' wdjb mjht ', 'Wdjb—Mjht', 'W D J B M J H T', 'wdjb.mjht'])(
    'is the same when it is typed as %j',
    (typed) => expect(readUserCode(typed)).toBe('WDJB-MJHT'),
  )

  it.each(['', 'WDJB-MJH', 'WDJB-MJHTT', 'WDJA-MJHT', 'WDJB-MJH0', 'WDJB-MJHŤ', '<script>', 'ＷDJB-MJHT'])(
    'is not what %j says',
    (typed) => expect(readUserCode(typed)).toBeUndefined(),
  )
})

describe('the stored form of both codes', () => {
  it('is keyed, so that nobody finds a user code by trying all of them on a copy of the database (32)', () => {
    expect(hashUserCode(SECRET, 'WDJB-MJHT').hash).toMatch(/^[\w-]{43}$/)
    expect(hashUserCode(SECRET, 'WDJB-MJHT')).toEqual(hashUserCode(SECRET, 'WDJB-MJHT'))
    expect(hashUserCode(SECRET, 'WDJB-MJHT').hash).not.toBe(hashUserCode(OTHER_SECRET, 'WDJB-MJHT').hash)
    expect(hashDeviceCode(SECRET, 'code').hash).not.toBe(hashDeviceCode(OTHER_SECRET, 'code').hash)
  })

  it('of one is never that of the other (48)', () => {
    expect(hashUserCode(SECRET, 'WDJB-MJHT').hash).not.toBe(hashDeviceCode(SECRET, 'WDJB-MJHT').hash)
  })
})
