import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeychainWait } from '../../../src/session/keychain.js'
import { createKeytarKeychain } from '../../../src/session/keytar-keychain.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'

/** The keychain of macOS and Windows, as far as it can be tried here: with the keytar of this system. */
let keyring: Keyring
const before = process.env['DBUS_SESSION_BUS_ADDRESS']
beforeAll(async () => {
  keyring = await startKeyring()
  // libsecret takes it from the environment of the process, once.
  process.env['DBUS_SESSION_BUS_ADDRESS'] = keyring.env.DBUS_SESSION_BUS_ADDRESS
})
afterAll(async () => {
  if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS']
  else process.env['DBUS_SESSION_BUS_ADDRESS'] = before
  await keyring.stop()
})

function open(signal = new AbortController().signal) {
  const nativeCalls: Promise<unknown>[] = []
  const keychain = createKeytarKeychain({ onNativeCall: (call) => nativeCalls.push(call) })
  const wait: KeychainWait = { signal, onPrompt: () => {} }
  return { keychain, wait, nativeCalls }
}

describe('the keychain through keytar', () => {
  it('keeps, gives back and removes a text', async () => {
    const { keychain, wait } = open()
    await keychain.prepare(wait)
    expect(await keychain.read('name', wait)).toBeUndefined()
    await keychain.write('name', 'text', wait)
    expect(await keychain.read('name', wait)).toBe('text')
    await keychain.remove('name', wait)
    await keychain.remove('name', wait)
    expect(await keychain.read('name', wait)).toBeUndefined()
  })

  it('gives a text another name, in place of what has that', async () => {
    const { keychain, wait } = open()
    await keychain.rename('nothing', 'new name', wait)
    for (const text of ['first', 'second']) {
      await keychain.write('name', text, wait)
      await keychain.rename('name', 'new name', wait)
      expect(await keychain.read('name', wait)).toBeUndefined()
      expect(await keychain.read('new name', wait)).toBe(text)
    }
  })

  it('leaves a call alone that nobody waits for any longer, and tells who ends the process', async () => {
    const controller = new AbortController()
    const { keychain, wait, nativeCalls } = open(controller.signal)
    keyring.suspend()
    const read = keychain.read('name', wait)
    await expect.poll(() => nativeCalls).toHaveLength(1)
    controller.abort(new Error('enough'))
    await expect(read).rejects.toThrow('enough')
    await expect(keychain.read('name', wait)).rejects.toThrow('enough')
    keyring.resume()
    await Promise.all(nativeCalls)
  })
})
