import { describe, expect, it } from 'vitest'
import type { Keychain } from '../../../../src/session/keychain.js'
import { probeKeychain } from '../../../../src/session/keychain-probe.js'

/** A keychain in memory; `faults` replaces what it does. */
function keychain(faults: Partial<Keychain> = {}) {
  const items = new Map<string, string>([['default https://auth.example.com', 'the session']])
  const honest = {
    service: 'authcli',
    prepare: async () => {},
    read: async (name: string) => items.get(name),
    async write(name: string, text: string) {
      items.set(name, text)
    },
    async remove(name: string) {
      items.delete(name)
    },
    rename: async () => {},
  }
  return { items, keychain: { ...honest, ...faults } }
}

const probe = (double: { keychain: Keychain }, signal = new AbortController().signal) =>
  probeKeychain({ ...double, signal }, { name: 'doctor 1', limitSeconds: 0.05 })

describe('probeKeychain', () => {
  it('touches no item but its own, and leaves that one behind nowhere', async () => {
    const double = keychain()
    await probe(double)
    expect([...double.items]).toEqual([['default https://auth.example.com', 'the session']])
  })

  it('removes its item although it can not be read', async () => {
    const double = keychain({
      read: async () => {
        throw new Error('no')
      },
    })
    await expect(probe(double)).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
    expect(double.items.size).toBe(1)
  })

  it('finds a keychain that gives back something else', async () => {
    const forgetful = keychain({ read: async () => undefined })
    await expect(probe(forgetful)).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })

  it.each([
    ['did not answer', false],
    ['was not unlocked', true],
  ])('gives up one that %s in time', async (what, prompts) => {
    const hanging = keychain({
      prepare: (wait) => {
        if (prompts) wait.onPrompt()
        return new Promise((_resolve, reject) => {
          wait.signal.addEventListener('abort', () => reject(wait.signal.reason))
        })
      },
    })
    await expect(probe(hanging)).rejects.toMatchObject({
      code: 'KEYCHAIN_UNAVAILABLE',
      message: expect.stringContaining(what),
    })
  })

  it('ends with the wish to end', async () => {
    const reason = new Error('interrupted')
    await expect(probe(keychain(), AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
