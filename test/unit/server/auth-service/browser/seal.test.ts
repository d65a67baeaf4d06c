import { describe, expect, it } from 'vitest'
import { seal, unseal } from '../../../../../server/auth-service/browser/seal.js'

const SECRET = Buffer.alloc(32, 1)
const sealed = seal(SECRET, 'interaction', { client: 'authcli' }, 1000)

describe('what is sealed', () => {
  it('comes back as it was until it expires, and says so afterwards', () => {
    expect(unseal(SECRET, 'interaction', sealed, 999)).toEqual({
      value: { client: 'authcli' },
      isExpired: false,
    })
    expect(unseal(SECRET, 'interaction', sealed, 1000)).toEqual({
      value: { client: 'authcli' },
      isExpired: true,
    })
  })

  it('tells nobody what it holds, and is never the same twice', () => {
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('authcli')
    expect(seal(SECRET, 'interaction', { client: 'authcli' }, 1000)).not.toBe(sealed)
  })

  it('is nothing for another purpose or under another secret (48)', () => {
    expect(unseal(SECRET, 'logout', sealed, 0)).toBeUndefined()
    expect(unseal(Buffer.alloc(32, 2), 'interaction', sealed, 0)).toBeUndefined()
  })

  it('is nothing after any change of one character, and any cut (V17)', () => {
    for (let at = 0; at < sealed.length; at++) {
      for (const character of ['', 'A', '_', '=', '.', ' ']) {
        const changed = sealed.slice(0, at) + character + sealed.slice(at + 1)
        if (changed !== sealed) expect(unseal(SECRET, 'interaction', changed, 0), changed).toBeUndefined()
      }
      expect(unseal(SECRET, 'interaction', sealed.slice(0, at), 0)).toBeUndefined()
    }
    expect(unseal(SECRET, 'interaction', `${sealed}A`, 0)).toBeUndefined()
  })
})
