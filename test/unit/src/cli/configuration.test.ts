import { describe, expect, it } from 'vitest'
import {
  type Configuration,
  formatConfiguration,
  isProfileName,
  type Profile,
  parseConfiguration,
} from '../../../../src/cli/configuration.js'

const PROFILE: Profile = {
  api: 'http://127.0.0.1:9001',
  issuer: 'http://127.0.0.1:9000',
  clientId: 'authcli',
  scope: 'openid items:read',
  store: 'keychain',
  refreshEarly: true,
  account: 'demo',
}

function fileWith(profile: unknown, name = 'default'): string {
  return JSON.stringify({ version: 1, current: 'default', profiles: { [name]: profile } })
}

describe('parseConfiguration', () => {
  it('reads what formatConfiguration wrote', () => {
    const configuration: Configuration = {
      current: 'work',
      profiles: new Map([
        ['default', PROFILE],
        ['work', { ...PROFILE, store: 'file', insecurePlaintext: true, refreshEarly: false }],
        ['moving', { ...PROFILE, leftover: 'file' }],
        ['nothing', { ...PROFILE, store: 'none' }],
      ]),
    }
    expect(parseConfiguration(formatConfiguration(configuration), 'config.json')).toEqual(configuration)
  })

  it('refreshes early unless the profile says otherwise', () => {
    const { refreshEarly, ...rest } = PROFILE
    expect(refreshEarly).toBe(true)
    expect(parseConfiguration(fileWith(rest), 'x').profiles.get('default')?.refreshEarly).toBe(true)
  })

  it('reads a profile that nobody is logged in to', () => {
    const { account, ...rest } = PROFILE
    expect(account).toBe('demo')
    expect(parseConfiguration(fileWith(rest), 'x').profiles.get('default')).toEqual(rest)
  })

  it.each(['constructor', 'toString', 'hasOwnProperty'])('knows no profile %s that nobody made', (name) => {
    expect(parseConfiguration(fileWith(PROFILE), 'x').profiles.get(name)).toBeUndefined()
  })

  it.each([
    ['nothing', ''],
    ['half a file', '{"version":1,'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no version', JSON.stringify({ current: 'default', profiles: {} })],
    ['a text as version', JSON.stringify({ version: '1', current: 'default', profiles: {} })],
    ['no current profile', JSON.stringify({ version: 1, profiles: {} })],
    ['a path as current profile', JSON.stringify({ version: 1, current: '../x', profiles: {} })],
    ['no profiles', JSON.stringify({ version: 1, current: 'default' })],
    ['profiles as a list', JSON.stringify({ version: 1, current: 'default', profiles: [] })],
    ['a path as profile name', fileWith(PROFILE, '../../etc')],
    ['a profile of another prototype', '{"version":1,"current":"a","profiles":{"__proto__":{}}}'],
    ['a profile that is a text', fileWith('x')],
    ['a profile without an API', fileWith({ ...PROFILE, api: undefined })],
    ['an API that is not in canonical form', fileWith({ ...PROFILE, api: 'https://api.example/' })],
    ['an API that anybody on the way could read', fileWith({ ...PROFILE, api: 'http://api.example' })],
    ['an issuer that anybody on the way could read', fileWith({ ...PROFILE, issuer: 'http://as.example' })],
    ['an issuer that is a number', fileWith({ ...PROFILE, issuer: 7 })],
    ['an unknown store', fileWith({ ...PROFILE, store: 'cloud' })],
    ['a copy in an unknown store', fileWith({ ...PROFILE, leftover: 'cloud' })],
    ['an account that is a list', fileWith({ ...PROFILE, account: ['demo'] })],
    ['plain text that is a maybe', fileWith({ ...PROFILE, insecurePlaintext: 'true' })],
    ['an early refresh that is a maybe', fileWith({ ...PROFILE, refreshEarly: 1 })],
  ])('refuses %s and says that it leaves the file alone', (_what, text) => {
    expect(() => parseConfiguration(text, 'config.json')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('leaves it as it is') }),
    )
  })

  it('says that a newer authcli wrote a file of a newer version', () => {
    const text = JSON.stringify({ version: 2, current: 'default', profiles: {} })
    expect(() => parseConfiguration(text, 'config.json')).toThrow(/newer authcli/)
  })
})

describe('isProfileName', () => {
  it.each([
    ['default', true],
    ['work-2.prod_x', true],
    ['', false],
    ['.hidden', false],
    ['..', false],
    ['a/b', false],
    ['a b', false],
    ['a\\b', false],
    ['ä', false],
    ['a'.repeat(65), false],
  ])('%s: %s', (name, expected) => {
    expect(isProfileName(name)).toBe(expected)
  })
})
