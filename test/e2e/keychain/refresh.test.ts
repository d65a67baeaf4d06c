import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startChild } from '../../support/child.js'
import { type ApiDouble, startApiDouble } from '../../support/cli/api-double.js'
import {
  type AuthServiceDouble,
  sendJson,
  startAuthServiceDouble,
} from '../../support/cli/auth-service-double.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'
import { startProgram } from '../../support/processes.js'
import { programFile } from '../../support/program-file.js'
import { type KeychainLogin, logInToKeychain } from '../../support/session/keychain-login.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

let keyring: Keyring
let authService: AuthServiceDouble
let api: ApiDouble
beforeAll(async () => {
  keyring = await startKeyring()
  authService = await startAuthServiceDouble()
  api = await startApiDouble(authService.issuer)
})
afterAll(() => Promise.all([keyring.stop(), authService.stop(), api.stop()]))

let folder: TemporaryFolder
let login: KeychainLogin
beforeEach(async () => {
  authService.forget()
  api.forget()
  api.pages = [[item('1')], [item('2')]]
  folder = makeTemporaryFolder('refresh')
  login = await logInToKeychain(folder.path, keyring.env, {
    issuer: authService.issuer,
    resource: api.resource,
    expiresAt: Date.now() - 1000,
  })
})
afterEach(() => folder.remove())

function item(id: string) {
  return { id, title: `title ${id}`, createdAt: '2026-01-01T00:00:00Z' }
}

function start(...args: string[]) {
  return startProgram('authcli', args, { env: login.env, input: '' })
}

/** Makes the AuthService keep the next refresh waiting; resolves, when it has come, with what answers it. */
function holdRefresh(): Promise<() => void> {
  return new Promise((resolve) => {
    authService.lies.token = (response: ServerResponse) => {
      delete authService.lies.token
      resolve(() =>
        sendJson(response, {
          access_token: 'access-token-new',
          token_type: 'Bearer',
          expires_in: 600,
          refresh_token: 'refresh-token-new',
        }),
      )
    }
  })
}

async function storedRefreshToken(): Promise<string | undefined> {
  const stored = await login.stored()
  return stored.state === 'present' ? stored.session.refreshToken : stored.state
}

describe('20 processes with one expired token', () => {
  it('make one exchange, and all of them get their items (100)', async () => {
    const programs = Array.from({ length: 20 }, () => start('get-items', '--json'))
    const exits = await Promise.all(programs.map((program) => program.exited))
    expect(exits).toEqual(programs.map(() => ({ code: 0, signal: null })))
    for (const { output } of programs) expect(JSON.parse(output.stdout)).toHaveLength(1)
    expect(authService.tokenRequests.map((body) => body.get('refresh_token'))).toEqual(['refresh-token-0'])
    expect(new Set(api.tokensSeen)).toEqual(new Set(['access-token-1']))
    expect(await storedRefreshToken()).toBe('refresh-token-1')
  })
})

describe('a process that is ended while it refreshes', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s stores what it gets, and then ends',
    async (signal) => {
      const held = holdRefresh()
      const program = start('get-items')
      const answer = await held
      program.signal(signal)
      await program.line(/finishing what must not be cut in two/)
      answer()
      expect(await program.exited).toEqual({ code: 130, signal: null })
      expect(await storedRefreshToken()).toBe('refresh-token-new')
      expect(program.output.stdout).toBe('')
    },
  )

  it('ends at once when the wish is repeated, whatever it waits for', async () => {
    const held = holdRefresh()
    const program = startProgram('authcli', ['get-items'], {
      env: { ...login.env, AUTHCLI_KEYCHAIN_TIMEOUT: '3600' },
      input: '',
    })
    const answer = await held
    keyring.suspend()
    program.signal('SIGINT')
    await program.line(/Ctrl-C again ends it at once/)
    answer()
    await program.line(/waiting for the keychain/)
    const again = setInterval(() => program.signal('SIGINT'), 100)
    expect(await program.exited).toEqual({ code: 130, signal: null })
    clearInterval(again)
    keyring.resume()
    expect(await storedRefreshToken()).toBe('refresh-token-0')
  })

  it('by SIGINT before anything was sent ends at once', async () => {
    const asked = new Promise<() => void>((resolve) => {
      authService.lies.metadataRequest = (answer) => resolve(answer)
    })
    const program = start('get-items')
    const answer = await asked
    expect(await program.stop('SIGINT')).toEqual({ code: 130, signal: null })
    answer()
    expect(program.output.stderr).toBe('authcli: interrupted\n')
    expect(authService.tokenRequests).toEqual([])
  })

  it('by SIGKILL leaves a session that works', async () => {
    const held = holdRefresh()
    const program = start('get-items')
    await held
    program.signal('SIGKILL')
    await program.exited
    expect(await storedRefreshToken()).toBe('refresh-token-0')
    expect(await start('get-items').exited).toMatchObject({ code: 0 })
  })

  it('by the end of its reader finishes the refresh, and says nothing', async () => {
    await login.store({ ...(await storedSession()), expiresAt: Date.now() + 600_000 })
    let requests = 0
    api.lies.items = (response) => {
      requests += 1
      if (requests === 1) return sendJson(response, { items: [item('1')], next: '1' })
      if (requests > 2) return sendJson(response, { items: [item('2')] })
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
    }
    const held = holdRefresh()
    const child = startChild(process.execPath, [programFile('authcli'), 'get-items', '--all', '--jsonl'], {
      env: { PATH: process.env['PATH'], ...login.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stderr = text(child.stderr ?? Readable.from([]))
    const exited = once(child, 'exit')
    const answer = await held
    child.stdout?.destroy()
    answer()
    expect(await exited).toEqual([0, null])
    expect(await stderr).toBe('')
    expect(await storedRefreshToken()).toBe('refresh-token-new')
  })
})

describe('a refresh that does not work', () => {
  it('keeps the session and has its own exit code while the AuthService is away', async () => {
    authService.lies.token = (response) => void response.writeHead(503).end()
    const program = start('get-items')
    expect(await program.exited).toMatchObject({ code: 5 })
    expect(await storedRefreshToken()).toBe('refresh-token-0')
  })

  it('ends the session when the AuthService says that it is over', async () => {
    authService.lies.token = (response) => sendJson(response, { error: 'invalid_grant' }, 400)
    const program = start('get-items')
    expect(await program.exited).toMatchObject({ code: 4 })
    expect(await storedRefreshToken()).toBe('missing')
    expect(login.profile()).not.toHaveProperty('account')
  })

  it('goes on with the new token when the keychain dies between the read and the write', async () => {
    const held = holdRefresh()
    const program = start('get-items', '--json')
    const answer = await held
    process.kill(keyring.daemonPid ?? 0, 'SIGKILL')
    answer()
    expect(await program.exited).toMatchObject({ code: 0 })
    // The bus may notice the end of the daemon before the write, or in the middle of it.
    expect(program.output.stderr).toMatch(
      /could not be stored and counts for this run only: (there is no keychain: no Secret Service|the keychain ended in the middle of a call)/,
    )
    expect(JSON.parse(program.output.stdout)).toHaveLength(1)
    await keyring.reopen()
    expect(await storedRefreshToken()).toBe('refresh-token-0')
  })

  it('never spends a token that it could not store, and goes on with the new one', async () => {
    const held = holdRefresh()
    const program = startProgram('authcli', ['get-items', '--json'], {
      env: { ...login.env, AUTHCLI_KEYCHAIN_TIMEOUT: '1' },
      input: '',
    })
    const answer = await held
    keyring.suspend()
    answer()
    expect(await program.exited).toMatchObject({ code: 0 })
    keyring.resume()
    expect(program.output.stderr).toContain('could not be stored and counts for this run only')
    expect(JSON.parse(program.output.stdout)).toHaveLength(1)
    expect(await storedRefreshToken()).toBe('refresh-token-0')
  })
})

async function storedSession() {
  const stored = await login.stored()
  if (stored.state !== 'present') throw new Error('nothing is stored')
  return stored.session
}
