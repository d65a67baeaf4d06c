import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseStoreKey, seal, unseal } from '../../../../src/session/sealed-text.js'

const KEY = randomBytes(32)
const PLACE = ['authcli session', 'https://auth.example.com', 'default']
const TEXT = '{"refreshToken":"secret ü"}'

describe('seal', () => {
  it('makes what unseal opens', async () => {
    expect(await unseal(await seal(TEXT, KEY, PLACE), KEY, PLACE)).toEqual({ text: TEXT })
  })

  it('shows nothing of the text or the key, and never the same twice', async () => {
    const sealed = await seal(TEXT, KEY, PLACE)
    expect(sealed).not.toContain('secret')
    expect(sealed).not.toContain(KEY.toString('base64').slice(0, 8))
    expect(await seal(TEXT, KEY, PLACE)).not.toBe(sealed)
  })
})

describe('unseal', () => {
  it('opens under no other key, and says so', async () => {
    expect(await unseal(await seal(TEXT, KEY, PLACE), randomBytes(32), PLACE)).toEqual({
      problem: 'wrong-key',
    })
  })

  it.each([
    ['another profile', [PLACE[0], PLACE[1], 'work']],
    ['another issuer', [PLACE[0], 'https://other.example.com', PLACE[2]]],
    ['names that run into each other', [`${PLACE[0]}${PLACE[1]}`, PLACE[2]]],
    ['nothing', []],
  ])('does not open in the place of %s (100)', async (_what, place) => {
    expect(await unseal(await seal(TEXT, KEY, PLACE), KEY, place as string[])).toEqual({ problem: 'broken' })
  })

  it('notices a change of any byte of nonce, text or tag', async () => {
    const sealed = JSON.parse(await seal(TEXT, KEY, PLACE))
    for (const field of ['nonce', 'data'] as const) {
      const bytes = Buffer.from(sealed[field], 'base64')
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes)
        changed.writeUInt8(bytes.readUInt8(at) ^ 1, at)
        const text = JSON.stringify({ ...sealed, [field]: changed.toString('base64') })
        expect(await unseal(text, KEY, PLACE)).toEqual({ problem: 'broken' })
      }
    }
  })

  it('notices where it was cut', async () => {
    const sealed = await seal(TEXT, KEY, PLACE)
    for (let length = 0; length < sealed.length - 1; length += 7) {
      expect(await unseal(sealed.slice(0, length), KEY, PLACE)).toEqual({ problem: 'broken' })
    }
  })

  it.each([
    { version: 2 },
    { sealed: 'aes-128-gcm' },
    { sealed: 'none' },
    { nonce: '' },
    { nonce: Buffer.alloc(16).toString('base64') },
    { data: '' },
    { data: Buffer.alloc(15).toString('base64') },
    { data: 1 },
    { keyId: null },
  ])('refuses %j', async (change) => {
    const sealed = JSON.parse(await seal(TEXT, KEY, PLACE))
    expect(await unseal(JSON.stringify({ ...sealed, ...change }), KEY, PLACE)).toEqual({ problem: 'broken' })
  })
})

describe('parseStoreKey', () => {
  it('takes 32 bytes in either alphabet of base64, padded or not', () => {
    for (const text of [KEY.toString('base64'), KEY.toString('base64url'), `${KEY.toString('base64url')}=`]) {
      expect(parseStoreKey(text)).toEqual(KEY)
    }
  })

  it.each([
    '',
    'password',
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
    randomBytes(32).toString('hex'),
    `${KEY.toString('base64')}\n`,
    ` ${KEY.toString('base64')}`,
  ])('refuses anything else, and does not repeat it', (text) => {
    expect(() => parseStoreKey(text)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'AUTHCLI_STORE_KEY does not hold 32 bytes in base64',
      }),
    )
  })
})
