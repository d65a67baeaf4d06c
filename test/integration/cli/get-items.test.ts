import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SessionStore, StoredSession } from '../../../src/session/session-store.js'
import { type ApiDouble, startApiDouble } from '../../support/cli/api-double.js'
import {
  type AuthServiceDouble,
  sendJson,
  startAuthServiceDouble,
} from '../../support/cli/auth-service-double.js'
import { logIn, TERMINAL } from '../../support/cli/logged-in.js'
import {
  closedStream,
  type Home,
  makeHome,
  type RunOptions,
  runAuthcli,
} from '../../support/cli/run-authcli.js'

const NOW = Date.now()
const MINUTE = 60_000

const ITEMS = [
  {
    id: 'id-1',
    title: 'Buy bread',
    note: 'the dark one',
    createdAt: new Date(NOW - 5 * MINUTE).toISOString(),
  },
  { id: 'id-2', title: '日本語 – Grüße 🍮', createdAt: new Date(NOW - 90 * MINUTE).toISOString() },
  { id: 'id-3', title: 'Something else', createdAt: new Date(NOW - 10).toISOString(), done: true },
]

let authService: AuthServiceDouble
let api: ApiDouble
let home: Home

beforeAll(async () => {
  authService = await startAuthServiceDouble()
  api = await startApiDouble(authService.issuer)
})
afterAll(() => Promise.all([authService.stop(), api.stop()]))
beforeEach(() => {
  home = makeHome()
  authService.lies = {}
  authService.tokenRequests.length = 0
  Object.assign(api, { lies: {}, pages: [ITEMS], tokensSeen: [], validTokens: undefined })
})
afterEach(() => home.remove())

async function getItems(args: string[] = [], options: RunOptions = {}) {
  return await runAuthcli(home, ['get-items', ...args], { now: () => NOW, ...options })
}

describe('authcli get-items', () => {
  it('writes one JSON array with one item a line where nobody watches', async () => {
    await logIn(home, api.resource)
    const { exitCode, stdout, stderr } = await getItems()
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual(ITEMS)
    expect(stdout.split('\n')).toEqual([
      '[',
      ...ITEMS.map(() => expect.stringMatching(/^ {2}\{.*\},?$/)),
      ']',
      '',
    ])
    expect(stderr).toBe('')
  })

  it('writes one object a line with --jsonl, also on a terminal', async () => {
    await logIn(home, api.resource)
    const { stdout } = await getItems(['--jsonl'], { terminal: TERMINAL })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(ITEMS)
  })

  it('shows a table on a terminal, and how many there are on stderr', async () => {
    await logIn(home, api.resource)
    const { stdout, stderr } = await getItems([], { terminal: { columns: 80 }, env: { NO_COLOR: '1' } })
    expect(stdout).toBe(
      [
        'TITLE              NOTE          AGE  ID',
        'Buy bread          the dark one  5m   id-1',
        '日本語 – Grüße 🍮                1h   id-2',
        'Something else                   now  id-3',
        '',
      ].join('\n'),
    )
    expect(stderr).toBe('3 items\n')
  })

  it('marks up the table only where colour is wanted', async () => {
    await logIn(home, api.resource)
    const escapeCharacter = '\u001b'
    expect((await getItems([], { terminal: TERMINAL })).stdout).toContain(escapeCharacter)
    expect((await getItems([], { terminal: TERMINAL, env: { TERM: 'dumb' } })).stdout).not.toContain(
      escapeCharacter,
    )
    expect((await getItems(['--json'], { terminal: TERMINAL })).stdout).not.toContain(escapeCharacter)
  })

  it('says nothing on stderr with --quiet', async () => {
    await logIn(home, api.resource)
    expect((await getItems(['--quiet'], { terminal: TERMINAL })).stderr).toBe('')
  })

  it.each([
    [[], '[]\n'],
    [['--jsonl'], ''],
  ])('writes an empty answer for no items with %j', async (args, expected) => {
    await logIn(home, api.resource)
    api.pages = [[]]
    expect(await getItems(args)).toMatchObject({ exitCode: 0, stdout: expected })
  })

  it('tells a person that there are no items', async () => {
    await logIn(home, api.resource)
    api.pages = [[]]
    const { stdout, stderr } = await getItems([], { terminal: TERMINAL, env: { NO_COLOR: '1' } })
    expect([stdout, stderr]).toEqual(['', 'You have no items.\n'])
  })

  it('stops after the first page, and says that there is more', async () => {
    await logIn(home, api.resource)
    api.pages = [ITEMS.slice(0, 2), ITEMS.slice(2)]
    const { stdout, stderr } = await getItems([], { terminal: TERMINAL, env: { NO_COLOR: '1' } })
    expect(stdout).not.toContain('id-3')
    expect(stderr).toBe('2 items, and more: `authcli get-items --all`\n')
  })

  it('writes every page with --all, as one array', async () => {
    await logIn(home, api.resource)
    api.pages = ITEMS.map((item) => [item])
    expect(JSON.parse((await getItems(['--all'])).stdout)).toEqual(ITEMS)
  })

  it('writes a page before it asks for the next one', async () => {
    await logIn(home, api.resource)
    api.pages = ITEMS.map((item) => [item])
    let written = 0
    const askedAfter: number[] = []
    const stdout = closedStream('never')
    stdout._write = (_chunk, _encoding, done) => {
      written += 1
      askedAfter.push(api.tokensSeen.length)
      done()
    }
    await getItems(['--all'], { stdout })
    expect(askedAfter.slice(0, 3)).toEqual([1, 2, 3])
    expect(written).toBe(4)
  })

  it('leaves the array open when a page fails, so that nobody takes a part for the whole', async () => {
    await logIn(home, api.resource)
    api.lies.items = (response, request) =>
      request.url?.includes('cursor')
        ? response.writeHead(503).end()
        : sendJson(response, { items: ITEMS.slice(0, 1), next: '1' })
    const { exitCode, stdout, stderr } = await getItems(['--all'])
    expect(exitCode).toBe(5)
    expect(() => JSON.parse(stdout)).toThrow()
    expect(stderr).toMatch(/^authcli: the API can't answer right now \(503\)\nauthcli: hint: /)
  })

  it('lets no item act on the terminal', async () => {
    await logIn(home, api.resource)
    const hostile = {
      id: '\u001b]52;c;cm0gLXJm\u0007',
      title: '\u001b[2J\u001b[31mred\u009b0m\r\nauthcli: logged out\u202e',
      note: '\u0008\u007f',
      createdAt: '\u001b[H',
    }
    api.pages = [[hostile]]
    for (const args of [[], ['--json'], ['--jsonl']]) {
      const { stdout } = await getItems(args, { terminal: { columns: 200 }, env: { NO_COLOR: '1' } })
      expect(stdout).toContain('red')
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
      expect(stdout).not.toMatch(/^authcli/m)
    }
    expect(JSON.parse((await getItems()).stdout)).toEqual([hostile])
  })

  it.each([40, 20, 1])('stays within %d columns', async (columns) => {
    await logIn(home, api.resource)
    const { stdout } = await getItems([], { terminal: { columns }, env: { NO_COLOR: '1' } })
    const widths = stdout.split('\n').map((line) => [...line].length)
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns)
  })

  it.each([['0'], ['201'], ['-1'], ['1.5'], ['1e2'], ['x'], ['']])('takes no limit of %j', async (limit) => {
    expect(await getItems(['--limit', limit])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('whole number from 1 to 200'),
    })
  })

  it('ends quietly when nobody reads any more', async () => {
    await logIn(home, api.resource)
    expect(await getItems([], { stdout: closedStream('EPIPE') })).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('says so when stdout takes nothing', async () => {
    await logIn(home, api.resource)
    const run = await getItems([], { stdout: closedStream('ENOSPC') })
    expect(run).toMatchObject({ exitCode: 1, stderr: "authcli: stdout can't be written (ENOSPC)\n" })
  })
})

describe('authcli get-items, when the token is not good any more', () => {
  it('refreshes once and asks again', async () => {
    await logIn(home, api.resource)
    api.validTokens = new Set(['access-token-2'])
    const { exitCode, stderr } = await getItems(['--verbose'])
    expect(exitCode).toBe(0)
    expect(api.tokensSeen).toEqual(['access-token-1', 'access-token-2'])
    expect(stderr).toMatch(/refresh-started.*session-stored.*refresh-finished.*status=200/s)
  })

  it('keeps the login when the AuthService is away', async () => {
    await logIn(home, api.resource)
    api.validTokens = new Set()
    authService.lies = { token: (response) => response.writeHead(503).end() }
    expect(await getItems()).toMatchObject({ exitCode: 5 })
    api.validTokens = undefined
    authService.lies = {}
    expect(await getItems()).toMatchObject({ exitCode: 0 })
  })

  it('says that the session has ended, and knows afterwards that nobody is logged in', async () => {
    await logIn(home, api.resource)
    api.validTokens = new Set()
    authService.lies = { token: (response) => sendJson(response, { error: 'invalid_grant' }, 400) }
    const ended = await getItems()
    expect(ended.exitCode).toBe(4)
    expect(ended.stderr).toBe('authcli: your session has ended\nauthcli: hint: run `authcli login`\n')
    const after = await getItems()
    expect(after.exitCode).toBe(4)
    expect(after.stderr).toBe('authcli: you are not logged in\nauthcli: hint: run `authcli login`\n')
  })

  it('names the profile in the line to type', async () => {
    await logIn(home, api.resource, ['--profile', 'work'])
    api.validTokens = new Set()
    authService.lies = { token: (response) => sendJson(response, { error: 'invalid_grant' }, 400) }
    expect((await getItems(['--profile', 'work'])).stderr).toContain('run `authcli login --profile work`')
  })

  it('says which scope is missing, and the command that asks for all of them', async () => {
    await logIn(home, api.resource, ['--profile', 'work', '--scope', 'items:write'])
    api.lies.items = (response) =>
      response
        .writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="items:read"' })
        .end()
    const { exitCode, stderr } = await getItems(['--profile', 'work'])
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      'authcli: this session lacks the scope items:read\n' +
        "authcli: hint: run `authcli login --profile work --scope 'openid items:write offline_access items:read'`\n",
    )
    expect(authService.tokenRequests).toHaveLength(1)
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
    await logIn(home, api.resource)
    const run = await getItems([], { env: { AUTHCLI_API: 'http://127.0.0.1:1' } })
    expect(run.exitCode).toBe(4)
    expect(run.stderr).toContain('AUTHCLI_API names another API')
    expect(api.tokensSeen).toEqual([])
  })

  it.each<[string, StoredSession, number, RegExp]>([
    ['has nothing', { state: 'missing' }, 1, /it is locked, or the session was removed/],
    ['has something else', { state: 'unreadable', reason: 'it was cut' }, 1, /can't be read: it was cut/],
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
    }
    const edges = { openStore: () => store }
    await logIn(home, api.resource, ['--store', 'keychain'], { edges })
    kept = stored
    const run = await getItems([], { edges })
    expect(run.exitCode).toBe(exitCode)
    expect(run.stderr).toMatch(message)
  })
})

describe('authcli get-items, with AUTHCLI_TOKEN', () => {
  it('uses the token as it is, without any login', async () => {
    const env = { AUTHCLI_TOKEN: 'token-of-a-machine', AUTHCLI_API: api.resource }
    expect(await getItems([], { env })).toMatchObject({ exitCode: 0 })
    expect(api.tokensSeen).toEqual(['token-of-a-machine'])
  })

  it('goes before the login, whose API it is for', async () => {
    await logIn(home, api.resource)
    await getItems([], { env: { AUTHCLI_TOKEN: 'token-of-a-machine' } })
    expect(api.tokensSeen).toEqual(['token-of-a-machine'])
  })

  it('never refreshes it', async () => {
    api.validTokens = new Set()
    const env = { AUTHCLI_TOKEN: 'token-of-a-machine', AUTHCLI_API: api.resource }
    const { exitCode, stderr } = await getItems([], { env })
    expect(exitCode).toBe(4)
    expect(stderr).toContain('the token in AUTHCLI_TOKEN')
    expect(authService.tokenRequests).toEqual([])
  })

  it('needs to know the API', async () => {
    expect(await getItems([], { env: { AUTHCLI_TOKEN: 'x' } })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('set AUTHCLI_API'),
    })
  })
})
