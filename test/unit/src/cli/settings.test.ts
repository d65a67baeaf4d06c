import { describe, expect, it } from 'vitest'
import { type Configuration, EMPTY_CONFIGURATION, type Profile } from '../../../../src/cli/configuration.js'
import { chooseProfile, type LoginFlags, settleLogin } from '../../../../src/cli/settings.js'

const PROFILE: Profile = {
  api: 'https://api.example',
  issuer: 'https://as.example',
  clientId: 'remembered-client',
  scope: 'openid items:read',
  store: 'keychain',
  refreshEarly: false,
  account: 'demo',
}

const REMEMBERED: Configuration = { current: 'default', profiles: new Map([['default', PROFILE]]) }

function settle(flags: LoginFlags, env: Record<string, string> = {}, configuration = REMEMBERED) {
  return settleLogin(flags, env, configuration)
}

describe('settleLogin', () => {
  it('goes by the profile when nothing else is said', () => {
    expect(settle({})).toEqual({
      profile: 'default',
      api: 'https://api.example',
      issuer: 'https://as.example',
      isIssuerRemembered: true,
      clientId: 'remembered-client',
      scope: ['openid', 'items:read'],
      store: 'keychain',
      insecurePlaintext: false,
      refreshEarly: false,
    })
  })

  it.each([
    ['clientId', { clientId: 'flag' }, 'AUTHCLI_CLIENT_ID', 'flag', 'env'],
    [
      'issuer',
      { issuer: 'https://flag.example' },
      'AUTHCLI_ISSUER',
      'https://flag.example',
      'https://env.example',
    ],
    ['api', { api: 'https://flag.example' }, 'AUTHCLI_API', 'https://flag.example', 'https://env.example'],
  ] as const)(
    'takes %s from the flag, then the environment, then the profile',
    (name, flags, variable, flag, env) => {
      expect(settle(flags, { [variable]: env })[name]).toBe(flag)
      expect(settle({}, { [variable]: env })[name]).toBe(env)
      expect(settle({}, { [variable]: '' })[name]).toBe(PROFILE[name])
    },
  )

  it("takes nothing from a service's profile but the address of the API", () => {
    const { account: _, ...profile } = PROFILE
    const service: Profile = { ...profile, store: 'none', grant: 'client_credentials' }
    expect(settle({}, {}, { current: 'default', profiles: new Map([['default', service]]) })).toEqual({
      profile: 'default',
      api: 'https://api.example',
      isIssuerRemembered: false,
      clientId: 'authcli',
      store: 'keychain',
      insecurePlaintext: false,
      refreshEarly: true,
    })
  })

  it('takes the scope from the flag, then the environment, then the profile', () => {
    expect(settle({ scope: 'a b' }, { AUTHCLI_SCOPE: 'c' }).scope).toEqual(['a', 'b'])
    expect(settle({}, { AUTHCLI_SCOPE: 'c' }).scope).toEqual(['c'])
  })

  it('takes the store from the flag, then the environment, then the profile, then the keychain', () => {
    const key = { AUTHCLI_STORE_KEY: 'a key' }
    expect(settle({ store: 'file' }, { AUTHCLI_STORE: 'keychain', ...key }).store).toBe('file')
    expect(settle({}, { AUTHCLI_STORE: 'file', ...key })).toMatchObject({ store: 'file', storeKey: 'a key' })
    expect(settle({ api: 'https://a.example' }, {}, EMPTY_CONFIGURATION).store).toBe('keychain')
    expect(settle({ store: 'none' }).store).toBe('none')
  })

  it('knows our own client id and refreshes early without a profile', () => {
    expect(settle({ api: 'https://a.example/' }, {}, EMPTY_CONFIGURATION)).toEqual({
      profile: 'default',
      api: 'https://a.example',
      isIssuerRemembered: false,
      clientId: 'authcli',
      store: 'keychain',
      insecurePlaintext: false,
      refreshEarly: true,
    })
  })

  it('forgets issuer, client and scope of the profile for another API', () => {
    const settings = settle({ api: 'https://other.example' })
    expect(settings).toMatchObject({ api: 'https://other.example', clientId: 'authcli' })
    expect(settings).not.toHaveProperty('issuer')
    expect(settings).not.toHaveProperty('scope')
  })

  it('finds the issuer anew when the API is given again, and keeps client and scope', () => {
    const settings = settle({ api: 'https://api.example/' })
    expect(settings).toMatchObject({ clientId: 'remembered-client', scope: ['openid', 'items:read'] })
    expect(settings).not.toHaveProperty('issuer')
  })

  it('shows the line to type when no API is known', () => {
    expect(() => settle({}, {}, EMPTY_CONFIGURATION)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('authcli login --api URL') }),
    )
  })

  it.each([
    [{ api: 'api.example' }, {}, /not an https URL/],
    [{ api: 'http://api.example' }, {}, /neither https nor on this computer/],
    [{ api: 'https://api.example/?x' }, {}, /query/],
    [{ scope: '"' }, {}, /no scope/],
    [{ scope: ' ' }, {}, /no scope/],
    [{ store: 'cloud' }, {}, /no store "cloud"/],
    [{ profile: '../x' }, {}, /name of a profile/],
    [{ store: 'file' }, {}, /needs a key/],
    [{}, { AUTHCLI_STORE: 'file' }, /needs a key/],
    [{ insecurePlaintext: true }, {}, /file store only/],
  ] as const)('refuses %j with %j', (flags, env, message) => {
    expect(() => settle(flags, env)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    )
  })

  it('keeps a session in plain text only where that was asked for', () => {
    const plain: Configuration = {
      current: 'default',
      profiles: new Map([['default', { ...PROFILE, store: 'file', insecurePlaintext: true }]]),
    }
    expect(settle({ store: 'file', insecurePlaintext: true }).insecurePlaintext).toBe(true)
    expect(settle({}, {}, plain)).toMatchObject({ store: 'file', insecurePlaintext: true })
    expect(settle({}, { AUTHCLI_STORE_KEY: 'k' }, plain)).toMatchObject({
      store: 'file',
      insecurePlaintext: false,
    })
    expect(settle({ store: 'keychain' }, {}, plain).insecurePlaintext).toBe(false)
  })
})

describe('chooseProfile', () => {
  it('goes by the flag, then the environment, then the current profile', () => {
    const env = { AUTHCLI_PROFILE: 'env' }
    expect(chooseProfile('flag', env, REMEMBERED).name).toBe('flag')
    expect(chooseProfile(undefined, env, REMEMBERED).name).toBe('env')
    expect(chooseProfile(undefined, {}, REMEMBERED)).toEqual({ name: 'default', profile: PROFILE })
  })
})
