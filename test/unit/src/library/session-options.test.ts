import { describe, expect, it } from 'vitest'
import { type SessionOptions, settleOptions } from '../../../../src/library/session-options.js'

const OPTIONS: SessionOptions = { application: 'notes', clientId: 'notes', api: 'https://api.example.com/' }

describe('the options of a session', () => {
  it('have defaults', () => {
    expect(settleOptions(OPTIONS)).toEqual({
      application: 'notes',
      api: 'https://api.example.com',
      clientId: 'notes',
      issuer: undefined,
      scope: undefined,
      profile: 'default',
      store: 'keychain',
      refreshEarly: true,
      keychainTimeoutSeconds: 60,
      loginCommand: 'notes login',
    })
  })

  it.each<[string, Partial<SessionOptions>]>([
    ['an application without a name', { application: '' }],
    ['an application whose name could be a path', { application: '../notes' }],
    ['the name of authcli itself, whose sessions are its own', { application: 'authcli' }],
    ['a profile with a space', { profile: 'a b' }],
    ['an API without https', { api: 'http://api.example.com' }],
    ['an API with a query', { api: 'https://api.example.com/?a=b' }],
    ['an empty scope', { scope: ' ' }],
    ['no client', { clientId: '' }],
    ['a folder that depends on where the program is started', { store: { folder: 'sessions', key: 'k' } }],
  ])('can not be %s', (_, wrong) => {
    expect(() => settleOptions({ ...OPTIONS, ...wrong })).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})
