import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CollectionLocked } from '../../../src/session/secret-service/secret-service.js'
import { BusCallError } from '../../../src/session/secret-service/session-bus.js'
import { createSecretServiceKeychain } from '../../../src/session/secret-service-keychain.js'
import { keychainAccounts } from '../../support/keychain-accounts.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'

let keyring: Keyring
beforeEach(async () => {
  keyring = await startKeyring()
})
afterEach(() => keyring.stop())

/** The keychain, with what it asked of a person. */
function open() {
  const asked: string[] = []
  const wait = { signal: new AbortController().signal, onPrompt: () => void asked.push('asked') }
  const keychain = createSecretServiceKeychain({ env: keyring.env, uid: process.getuid?.() ?? 0 })
  return { keychain, wait, asked }
}

describe('a locked keychain with nobody to ask', () => {
  beforeEach(async () => {
    const { keychain, wait } = open()
    await keychain.write('kept', 'text', wait)
    await keyring.lock()
  })

  it('says that it is locked where something is kept, and not where nothing is', async () => {
    const { keychain, wait, asked } = open()
    await expect(keychain.read('kept', wait)).rejects.toThrow(CollectionLocked)
    expect(asked).toEqual(['asked'])
    expect(await keychain.read('not kept', wait)).toBeUndefined()
  })

  it('keeps and removes nothing, and says so', async () => {
    const { keychain, wait } = open()
    await expect(keychain.write('new', 'text', wait)).rejects.toThrow(CollectionLocked)
    await expect(keychain.remove('kept', wait)).rejects.toThrow(CollectionLocked)
    await keyring.reopen()
    expect(await keychain.read('kept', wait)).toBe('text')
    expect(await keychain.read('new', wait)).toBeUndefined()
  })

  it('is known before anything is to be kept', async () => {
    const { keychain, wait } = open()
    await expect(keychain.prepare(wait)).rejects.toThrow(CollectionLocked)
  })
})

describe('an unlocked keychain', () => {
  it('is ready, and asks nobody anything', async () => {
    const { keychain, wait, asked } = open()
    await keychain.prepare(wait)
    await keychain.write('name', 'text', wait)
    await keychain.read('name', wait)
    await keychain.remove('name', wait)
    expect(asked).toEqual([])
  })

  it('that dies between read and write is told apart from one that refuses', async () => {
    const { keychain, wait } = open()
    await keychain.read('name', wait)
    process.kill(keyring.daemonPid ?? 0, 'SIGKILL')
    await expect(keychain.write('name', 'text', wait)).rejects.toThrow(BusCallError)
  })

  it('gives an item another name, in place of what has that', async () => {
    const { keychain, wait } = open()
    await keychain.rename('nothing', 'new name', wait)
    expect(await keychain.read('new name', wait)).toBeUndefined()
    for (const text of ['first', 'second']) {
      await keychain.write('name', text, wait)
      await keychain.rename('name', 'new name', wait)
      expect(await keychain.read('name', wait)).toBeUndefined()
      expect(await keychain.read('new name', wait)).toBe(text)
    }
    expect(await keychainAccounts(keyring.env)).toEqual(['new name'])
  })

  it('that comes back is used again', async () => {
    const { keychain, wait } = open()
    await keychain.write('name', 'text', wait)
    await keyring.reopen()
    expect(await keychain.read('name', wait)).toBe('text')
  })
})

describe('16 writers of one name', () => {
  it('leave one whole text', async () => {
    const { keychain, wait } = open()
    const texts = Array.from({ length: 16 }, (_, index) => String(index).repeat(2000))
    await Promise.all(texts.map((text) => keychain.write('name', text, wait)))
    expect(texts).toContain(await keychain.read('name', wait))
  })
})
