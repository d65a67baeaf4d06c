import { describe, expect, it } from 'vitest'
import { AuthcliError } from '../../../../src/errors.js'
import { keychainFailure } from '../../../../src/session/keychain-failure.js'
import { CollectionLocked, NoCollection } from '../../../../src/session/secret-service/secret-service.js'
import { BusCallError, SessionBusError } from '../../../../src/session/secret-service/session-bus.js'
import { WireFormatError } from '../../../../src/session/secret-service/wire-format.js'

describe('keychainFailure', () => {
  it.each([
    [new SessionBusError('no-address'), /DBUS_SESSION_BUS_ADDRESS names no D-Bus session bus/],
    [new SessionBusError('stale-address'), /nobody listens at the D-Bus session bus/],
    [new SessionBusError('refused'), /belongs to another user/],
    [new SessionBusError('broken'), /broke off in the middle of a call/],
    [new SessionBusError('garbled'), /makes no sense/],
    [new WireFormatError('a type is not known'), /makes no sense/],
    [new SessionBusError('too-large'), /more than a session can be/],
    [new BusCallError('org.freedesktop.DBus.Error.ServiceUnknown'), /no Secret Service \(/],
    [new BusCallError('org.freedesktop.DBus.Error.NameHasNoOwner'), /no Secret Service \(/],
    [new BusCallError('org.freedesktop.DBus.Error.Spawn.ChildExited'), /no Secret Service \(/],
    [new BusCallError('org.freedesktop.DBus.Error.NoReply'), /ended in the middle of a call/],
    [new BusCallError('org.example.Odd'), /refused with org\.example\.Odd/],
    [new NoCollection(), /has no keyring yet/],
    [new Error('Failed to load keytar native addon'), /keytar can't be loaded/],
    [new Error('User interaction is not allowed.'), /refused: User interaction is not allowed\./],
    [undefined, /the keychain refused$/],
  ])('names the cause of %s, and the ways out', (error, message) => {
    expect(keychainFailure(error)).toMatchObject({
      code: 'KEYCHAIN_UNAVAILABLE',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/--store file.*AUTHCLI_STORE_KEY.*--insecure-plaintext.*AUTHCLI_TOKEN/),
    })
  })

  it.each([new CollectionLocked(), new BusCallError('org.freedesktop.Secret.Error.IsLocked')])(
    'tells a locked keychain from one that is not there: %s',
    (error) => {
      expect(keychainFailure(error)).toMatchObject({
        code: 'KEYCHAIN_LOCKED',
        hint: expect.stringMatching(/^unlock it.*--store file/),
      })
    },
  )

  it('lets our own errors pass', () => {
    const error = new AuthcliError('INTERRUPTED', 'interrupted')
    expect(keychainFailure(error)).toBe(error)
  })

  it('shows no more of a system’s text than a line holds', () => {
    expect(keychainFailure(new Error('x'.repeat(10_000))).message.length).toBeLessThan(300)
  })
})
