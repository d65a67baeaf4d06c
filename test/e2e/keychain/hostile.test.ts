import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WireValue } from '../../../src/session/secret-service/wire-format.js'
import { emptyHome } from '../../support/empty-home.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'
import {
  type Answer,
  type OwnSecretService,
  secretAnswer,
  startOwnSecretService,
} from '../../support/own-secret-service.js'
import { startProgram } from '../../support/processes.js'
import { type KeychainLogin, logInToKeychain } from '../../support/session/keychain-login.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

/** The end of a limit, and of the process after it, from the moment at which it says that it waits. */
const LIMIT_SECONDS = 1.2
const NOTICE_SECONDS = 1
const END_MS = 500

/** Those that a hanging keychain is tried with take a second each, and there are two kinds: reading and changing. */
const FEW_COMMANDS = ['status', 'logout']
const COMMANDS = ['status', 'get-items', 'logout', 'session move --to file --insecure-plaintext']

let honest: Keyring
let bus: Keyring
beforeAll(async () => {
  honest = await startKeyring()
  bus = await startKeyring({ state: 'no-daemon' })
})
afterAll(() => Promise.all([honest.stop(), bus.stop()]))

let folder: TemporaryFolder
let login: KeychainLogin
beforeEach(async () => {
  folder = makeTemporaryFolder('hostile')
  login = await logInToKeychain(folder.path, honest.env)
})
afterEach(() => folder.remove())

function commandsFor(message: RegExp): string[] {
  return /within/.test(message.source) ? FEW_COMMANDS : COMMANDS
}

/** Runs a command, which must end with a sentence and a way out; gives back the sentence. */
async function sentenceOf(command: string, env: Record<string, string>): Promise<string> {
  const program = startProgram('authcli', command.split(' '), {
    env: { ...login.env, AUTHCLI_KEYCHAIN_TIMEOUT: String(LIMIT_SECONDS), ...env },
    input: '',
  })
  const noticedAt = program.line(/^waiting for the keychain/).then(Date.now, () => undefined)
  const { code } = await program.exited
  const at = Date.now()
  const since = await noticedAt
  if (since !== undefined) expect(at - since).toBeLessThan((LIMIT_SECONDS - NOTICE_SECONDS) * 1000 + END_MS)
  const { stdout, stderr } = program.output
  expect({ stdout, isFailure: code === 1 || code === 4 }).toEqual({ stdout: '', isFailure: true })
  const lines = stderr.split('\n').filter((line) => !line.startsWith('waiting for'))
  expect(lines).toEqual([
    expect.stringMatching(/^authcli: .*(keychain|Secret Service|D-Bus)/),
    expect.stringMatching(/^authcli: hint: .*(--store file.*AUTHCLI_TOKEN|authcli login)/),
    '',
  ])
  expect(login.profile()).toHaveProperty('account')
  return lines[0] ?? ''
}

const PROMPT: Answer = { signature: 'aoo', values: [[], '/prompt/1'] }
const NOTHING: Answer = { signature: '', values: [] }

/** An item that is locked, and a prompt that ends as it is told. */
function lockedWithPrompt(signature: string, values: WireValue[]) {
  return (member: string, service: OwnSecretService): Answer | undefined => {
    if (member === 'SearchItems') return { signature: 'aoao', values: [[], ['/item/1']] }
    if (member === 'Unlock') return PROMPT
    if (member !== 'Prompt') return undefined
    service.signal('/prompt/1', 'Completed', signature, values)
    return NOTHING
  }
}

/** What a Secret Service may say, and what is made of it. */
const HOSTILE: [string, (member: string, service: OwnSecretService) => Answer | undefined, RegExp][] = [
  [
    'answers with other types than it should',
    (member) => (member === 'SearchItems' ? { signature: 's', values: ['what?'] } : undefined),
    /makes no sense/,
  ],
  [
    'gives a secret that is none',
    (member) => (member === 'GetSecret' ? { signature: 'u', values: [7] } : undefined),
    /makes no sense/,
  ],
  [
    'refuses with an error of its own',
    (member) => (member === 'GetSecret' ? { error: 'org.example.Error.Because' } : undefined),
    /the keychain refused with org\.example\.Error\.Because/,
  ],
  [
    'says that an item is unlocked, and then that it is not',
    (member) => (member === 'GetSecret' ? { error: 'org.freedesktop.Secret.Error.IsLocked' } : undefined),
    /the keychain is locked/,
  ],
  [
    'gives megabytes, and lets nobody move them away',
    (member) => (member === 'GetSecret' ? secretAnswer(Buffer.alloc(2 * 1_048_576, 'x')) : undefined),
    /it is too large to be a session|the keychain refused with \S+UnknownMethod/,
  ],
  [
    'asks a person, who dismisses it',
    lockedWithPrompt('bv', [true, { type: 's', value: '' }]),
    /the keychain is locked, and was not unlocked when it asked/,
  ],
  [
    'ends a prompt with something else than its outcome',
    lockedWithPrompt('s', ['\u001b[31mwell']),
    /the keychain/,
  ],
  [
    'asks a person, and never says what came of it',
    (member) => {
      if (member === 'SearchItems') return { signature: 'aoao', values: [[], ['/item/1']] }
      if (member === 'Unlock') return PROMPT
      return member === 'Prompt' ? NOTHING : undefined
    },
    /the keychain was not unlocked within 1\.2 seconds/,
  ],
  ['answers nothing ever', () => 'nothing', /the keychain did not answer within 1\.2 seconds/],
  [
    'ends when it is asked',
    (member, service) => {
      if (member === 'SearchItems') service.stop()
      return 'nothing'
    },
    /the keychain ended in the middle of a call/,
  ],
]

describe.each(HOSTILE)('a Secret Service that %s', (_what, answer, message) => {
  it('ends every command in time, with a sentence and a way out (100)', async () => {
    for (const command of commandsFor(message)) {
      const service = await startOwnSecretService(bus.env, answer)
      expect(await sentenceOf(command, bus.env)).toMatch(message)
      service.stop()
    }
  })
})

/** What may listen where the environment says that the session bus is. */
const NO_BUS: [string, (socket: Socket) => void, RegExp][] = [
  ['hangs up at once', (socket) => void socket.destroy(), /broke off in the middle of a call/],
  [
    'speaks something else',
    (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    /makes no sense/,
  ],
  [
    'lets us in and talks garbage',
    (socket) => void socket.write(`OK 00\r\n${'?'.repeat(64)}`),
    /makes no sense/,
  ],
  ['lets nobody in', (socket) => void socket.write('REJECTED EXTERNAL\r\n'), /belongs to another user/],
  ['says nothing', () => {}, /did not answer within 1\.2 seconds/],
]

describe.each(NO_BUS)('a session bus that %s', (_what, welcome, message) => {
  let server: Server
  const sockets: Socket[] = []
  beforeEach(async () => {
    server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined))
      welcome(socket)
    }).listen(join(folder.path, 'bus'))
    await once(server, 'listening')
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it('ends every command in time, with a sentence and a way out', async () => {
    const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder.path, 'bus')}` }
    for (const command of commandsFor(message)) expect(await sentenceOf(command, env)).toMatch(message)
  })
})

describe('no session bus at all', () => {
  it.each([
    ['no address and no folder of the session', { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: '' }],
    ['no address and an empty folder of the session', { DBUS_SESSION_BUS_ADDRESS: '' }],
    ['an address of a kind that a keychain is never behind', { DBUS_SESSION_BUS_ADDRESS: 'autolaunch:' }],
  ])('ends every command with a sentence and a way out: %s', async (_what, env) => {
    expect(emptyHome(folder.path).XDG_RUNTIME_DIR).toBe(login.env['XDG_RUNTIME_DIR'])
    for (const command of COMMANDS) {
      expect(await sentenceOf(command, env)).toContain('names no D-Bus session bus')
    }
  })
})
