import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeychainWait } from '../../../src/session/keychain.js'
import { createSecretServiceKeychain } from '../../../src/session/secret-service-keychain.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'
import { PROJECT_ROOT } from '../../support/project-root.js'

/** Our own way to the Secret Service beside keytar's, through libsecret, on one keychain. */
let keyring: Keyring
beforeAll(async () => {
  keyring = await startKeyring()
})
afterAll(() => keyring.stop())

const wait: KeychainWait = { signal: new AbortController().signal, onPrompt: () => {} }

function ours() {
  return createSecretServiceKeychain({ env: keyring.env, uid: process.getuid?.() ?? 0 })
}

/** Calls a function of keytar in a process of its own and gives back what it resolves with. */
function keytar(name: 'getPassword' | 'setPassword' | 'deletePassword', ...args: string[]): unknown {
  const script = `
    const { default: keytar } = await import('keytar')
    const result = await keytar[${JSON.stringify(name)}]('authcli', ...${JSON.stringify(args)})
    process.stdout.write(JSON.stringify(result ?? null))`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...keyring.env },
  })
  return JSON.parse(output)
}

const TEXTS = {
  'a short text': 'x',
  'a session': JSON.stringify({ refreshToken: 'r'.repeat(300), account: { name: 'Ωμέγα 漢字 🍮' } }),
  'lines and quotes': 'a\nb\r\n"c" \'d\' \\',
  '64 KiB': 'ü'.repeat(32_768),
}

describe.each(Object.entries(TEXTS))('%s', (what, text) => {
  it('that we keep is what keytar finds', async () => {
    const name = `ours ${what} https://auth.example.com`
    await ours().write(name, text, wait)
    expect(keytar('getPassword', name)).toBe(text)
    expect(await ours().read(name, wait)).toBe(text)
  })

  it('that keytar keeps is what we find', async () => {
    const name = `theirs ${what} https://auth.example.com`
    keytar('setPassword', name, text)
    expect(await ours().read(name, wait)).toBe(text)
  })
})

describe('one item under one name', () => {
  it('is replaced by whoever writes later', async () => {
    keytar('setPassword', 'shared', 'first')
    await ours().write('shared', 'second', wait)
    expect(keytar('getPassword', 'shared')).toBe('second')
    keytar('setPassword', 'shared', 'third')
    expect(await ours().read('shared', wait)).toBe('third')
  })

  it('is gone for both when one of them removes it', async () => {
    await ours().write('to be removed', 'text', wait)
    await ours().remove('to be removed', wait)
    expect(keytar('getPassword', 'to be removed')).toBeNull()
    keytar('setPassword', 'to be removed', 'text')
    expect(keytar('deletePassword', 'to be removed')).toBe(true)
    expect(await ours().read('to be removed', wait)).toBeUndefined()
  })

  it('is not another one', async () => {
    await ours().write('a name', 'text', wait)
    for (const other of ['a', 'a name ', 'A name', 'a name https://auth.example.com', '']) {
      expect(await ours().read(other, wait)).toBeUndefined()
    }
  })
})

describe('removing what is not there', () => {
  it('is no error', async () => {
    await ours().remove('never there', wait)
  })
})
