import { describe, expect, it } from 'vitest'
import type { Session } from '../../../src/session/session.js'
import type { SessionStore, StoredSession } from '../../../src/session/session-store.js'
import { sendJson } from '../../support/cli/auth-service-double.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { logIn, TERMINAL } from '../../support/cli/logged-in.js'
import { type RunOptions, runAuthcli } from '../../support/cli/run-authcli.js'
import { createMemoryStore } from '../../support/session/memory-store.js'
import { storedIn } from '../../support/session/test-access-tokens.js'

const doubles = useDoubles()

async function getItems(args: string[] = [], options: RunOptions = {}) {
  return await runAuthcli(doubles.home, ['get-items', ...args], options)
}

describe('authcli get-items, when the token is not good any more', () => {
  it('refreshes once and asks again', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.validTokens = new Set(['access-token-2'])
    const { exitCode, stderr } = await getItems(['--verbose'])
    expect(exitCode).toBe(0)
    expect(doubles.api.tokensSeen).toEqual(['access-token-1', 'access-token-2'])
    expect(stderr).toMatch(/refresh-started.*session-stored.*refresh-finished.*status=200/s)
  })

  it('keeps the login when the AuthService is away', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.validTokens = new Set()
    doubles.authService.lies = { token: (response) => response.writeHead(503).end() }
    expect(await getItems()).toMatchObject({ exitCode: 5 })
    doubles.api.validTokens = undefined
    doubles.authService.lies = {}
    expect(await getItems()).toMatchObject({ exitCode: 0 })
  })

  it('says that the session has ended, and knows afterwards that nobody is logged in', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.validTokens = new Set()
    doubles.authService.lies = { token: (response) => sendJson(response, { error: 'invalid_grant' }, 400) }
    const ended = await getItems()
    expect(ended.exitCode).toBe(4)
    expect(ended.stderr).toBe('authcli: your session has ended\nauthcli: hint: run `authcli login`\n')
    const after = await getItems()
    expect(after.exitCode).toBe(4)
    expect(after.stderr).toBe('authcli: you are not logged in\nauthcli: hint: run `authcli login`\n')
  })

  it('names the profile in the line to type', async () => {
    await logIn(doubles.home, doubles.api.resource, ['--profile', 'work'])
    doubles.api.validTokens = new Set()
    doubles.authService.lies = { token: (response) => sendJson(response, { error: 'invalid_grant' }, 400) }
    expect((await getItems(['--profile', 'work'])).stderr).toContain('run `authcli login --profile work`')
  })

  it('says which scope is missing, and the command that asks for all of them', async () => {
    await logIn(doubles.home, doubles.api.resource, ['--profile', 'work', '--scope', 'items:write'])
    doubles.api.lies.items = (response) =>
      response
        .writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="items:read"' })
        .end()
    const { exitCode, stderr } = await getItems(['--profile', 'work'])
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      'authcli: this session lacks the scope items:read\n' +
        "authcli: hint: run `authcli login --profile work --scope 'openid profile items:write offline_access items:read'`\n",
    )
    expect(doubles.authService.tokenRequests).toHaveLength(1)
  })
})

describe('authcli get-items, when nobody is logged in', () => {
  it('says so at once: no network, no browser, no store', async () => {
    const touched: string[] = []
    const touch = (what: string) => () => {
      touched.push(what)
      throw new Error(what)
    }
    const run = await getItems([], {
      terminal: TERMINAL,
      env: { NO_COLOR: '1' },
      edges: { http: touch('http'), openBrowser: touch('browser'), openStore: touch('store') },
    })
    expect(run.exitCode).toBe(4)
    expect(run.stderr).toBe('authcli: you are not logged in\nauthcli: hint: run `authcli login --api URL`\n')
    expect(touched).toEqual([])
  })

  it('names profile and API in the line to type', async () => {
    const env = { AUTHCLI_API: 'https://api.example', AUTHCLI_PROFILE: 'work' }
    const { stderr } = await getItems([], { env })
    expect(stderr).toBe(
      'authcli: nobody is logged in to the profile work\n' +
        'authcli: hint: run `authcli login --profile work --api https://api.example`\n',
    )
  })

  it('sends no token to another API than the one that was logged in to (100)', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const run = await getItems([], { env: { AUTHCLI_API: 'http://127.0.0.1:1' } })
    expect(run.exitCode).toBe(4)
    expect(run.stderr).toContain('AUTHCLI_API names another API')
    expect(doubles.api.tokensSeen).toEqual([])
  })

  it.each<[string, StoredSession, number, RegExp]>([
    ['has nothing', { state: 'missing' }, 1, /it is locked, or the session was removed/],
    ['has something else', { state: 'unreadable', reason: 'it was cut' }, 4, /can't be read: it was cut/],
    ['has something newer', { state: 'newer', version: 2 }, 1, /newer authcli/],
  ])('tells a keychain that %s from nobody being logged in', async (_what, stored, exitCode, message) => {
    let kept: StoredSession = { state: 'missing' }
    const store: SessionStore = {
      kind: 'keychain',
      place: 'the keychain',
      slot: 'test',
      prepare: async () => {},
      read: async () => kept,
      write: async (session) => {
        kept = { state: 'present', session }
      },
      remove: async () => {},
      setAside: async () => undefined,
    }
    const edges = { openStore: () => store }
    await logIn(doubles.home, doubles.api.resource, ['--store', 'keychain'], { edges })
    kept = stored
    const run = await getItems([], { edges })
    expect(run.exitCode).toBe(exitCode)
    expect(run.stderr).toMatch(message)
  })
})

describe('authcli get-items, with a session in a keychain', () => {
  it.each<[string, Partial<Session>, RegExp]>([
    [
      'the session is for another API',
      { resource: 'https://other.example' },
      /^authcli: the session in the memory is for another API\n.*run `authcli login`/,
    ],
    [
      'the API wants a fresh login',
      {},
      /^authcli: the API wants you to log in again for this\n.*run `authcli login`/,
    ],
  ])('says that %s, and does not take it for a locked keychain', async (_what, fields, message) => {
    const store = createMemoryStore()
    const edges = { openStore: () => store }
    await logIn(doubles.home, doubles.api.resource, ['--store', 'keychain'], { edges })
    store.keep = (session) => ({ ...session, ...fields })
    await store.write(storedIn(store))
    doubles.api.lies.items = (response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer error="insufficient_user_authentication"' }).end()
    const run = await getItems([], { edges })
    expect(run).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(message) })
  })
})

describe('authcli get-items, with AUTHCLI_TOKEN', () => {
  it('uses the token as it is, without any login', async () => {
    const env = { AUTHCLI_TOKEN: 'token-of-a-machine', AUTHCLI_API: doubles.api.resource }
    expect(await getItems([], { env })).toMatchObject({ exitCode: 0 })
    expect(doubles.api.tokensSeen).toEqual(['token-of-a-machine'])
  })

  it('goes before the login, whose API it is for', async () => {
    await logIn(doubles.home, doubles.api.resource)
    await getItems([], { env: { AUTHCLI_TOKEN: 'token-of-a-machine' } })
    expect(doubles.api.tokensSeen).toEqual(['token-of-a-machine'])
  })

  it('never refreshes it', async () => {
    doubles.api.validTokens = new Set()
    const env = { AUTHCLI_TOKEN: 'token-of-a-machine', AUTHCLI_API: doubles.api.resource }
    const { exitCode, stderr } = await getItems([], { env })
    expect(exitCode).toBe(4)
    expect(stderr).toContain('the token in AUTHCLI_TOKEN')
    expect(doubles.authService.tokenRequests).toEqual([])
  })

  it('needs to know the API', async () => {
    expect(await getItems([], { env: { AUTHCLI_TOKEN: 'x' } })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('set AUTHCLI_API'),
    })
  })
})
