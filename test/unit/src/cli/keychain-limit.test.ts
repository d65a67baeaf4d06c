import { describe, expect, it } from 'vitest'
import { keychainLimitSeconds } from '../../../../src/cli/keychain-limit.js'

describe('keychainLimitSeconds', () => {
  it('gives a person time to type, and a script little', () => {
    expect(keychainLimitSeconds({ env: {}, isPersonThere: true })).toBe(60)
    expect(keychainLimitSeconds({ env: {}, isPersonThere: false })).toBe(10)
  })

  it.each([
    ['120', 120],
    ['0.5', 0.5],
    ['3600', 3600],
  ])('is what the environment says: %s', (text, seconds) => {
    const env = { AUTHCLI_KEYCHAIN_TIMEOUT: text }
    expect(keychainLimitSeconds({ env, isPersonThere: true })).toBe(seconds)
    expect(keychainLimitSeconds({ env, isPersonThere: false })).toBe(seconds)
  })

  it.each(['0', '-1', '1e3', 'soon', '3601', ' 5', 'Infinity'])('refuses %j', (text) => {
    const env = { AUTHCLI_KEYCHAIN_TIMEOUT: text }
    expect(() => keychainLimitSeconds({ env, isPersonThere: true })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    )
  })

  it('counts nothing for a setting', () => {
    expect(keychainLimitSeconds({ env: { AUTHCLI_KEYCHAIN_TIMEOUT: '' }, isPersonThere: false })).toBe(10)
  })
})
