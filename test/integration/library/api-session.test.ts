import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createApiSession, type DeviceCode, type SessionOptions } from '../../../src/index.js'
import { sendJson } from '../../support/cli/auth-service-double.js'
import { useDoubles } from '../../support/cli/doubles.js'

/** The library against doubles on loopback, its sessions in files of its own folder. */
const doubles = useDoubles()
const KEY = randomBytes(32).toString('base64')

function open(options: Partial<SessionOptions> = {}) {
  const { api, home } = doubles
  const told: string[] = []
  const opened: URL[] = []
  const session = createApiSession(
    {
      env: {},
      now: Date.now,
      random: Math.random,
      platform: process.platform,
      uid: process.getuid?.() ?? 0,
      pid: process.pid,
      lockFolder: home.path,
      edges: {
        openBrowser: async (url) => {
          opened.push(url)
          await fetch(url)
        },
      },
    },
    {
      application: 'notes',
      clientId: 'notes-client',
      api: api.resource,
      store: { folder: home.path, key: KEY },
      tell: (line) => told.push(line),
      ...options,
    },
  )
  return { session, told, opened }
}

const quiet = { showUrl: () => {} }

describe('login', () => {
  it('shows the address first, opens it, and says who is logged in', async () => {
    const { session, opened } = open()
    const shown: URL[] = []
    const status = await session.login({ showUrl: (url) => shown.push(url) })
    expect(opened).toEqual(shown)
    expect(status).toMatchObject({
      account: { subject: 'subject-1', username: 'demo' },
      issuer: doubles.authService.issuer,
      place: join(doubles.home.path, 'default.json'),
    })
    expect(doubles.authService.authorizationRequests[0]?.get('client_id')).toBe('notes-client')
    expect(doubles.authService.authorizationRequests[0]?.get('resource')).toBe(doubles.api.resource)
  })

  it('opens no browser where that is not wanted', async () => {
    const { session, opened } = open()
    await session.login({ showUrl: (url) => void fetch(url), openBrowser: false, provider: 'github' })
    expect(doubles.authService.authorizationRequests[0]?.get('provider')).toBe('github')
    expect(opened).toEqual([])
  })

  it('shows a code for another device, and opens no browser for it', async () => {
    const { session, opened } = open()
    const codes: DeviceCode[] = []
    await session.login({ showDeviceCode: (code) => codes.push(code) })
    expect(codes).toMatchObject([{ userCode: expect.any(String), verificationUri: expect.any(URL) }])
    expect(doubles.authService.deviceRequests[0]?.get('client_id')).toBe('notes-client')
    expect(opened).toEqual([])
    expect(await session.accessToken()).toBe('access-token-1')
  })

  it('takes the browser or the other device, whichever is first', async () => {
    const { session } = open()
    doubles.authService.lies.devicePolls = Array.from({ length: 10 }, () => 'authorization_pending')
    const codes: DeviceCode[] = []
    await session.login({ ...quiet, showDeviceCode: (code) => codes.push(code) })
    expect(codes).toHaveLength(1)
    expect(doubles.authService.authorizationRequests).toHaveLength(1)
  })

  it('asks for the scope that the program wants, and for who the person is', async () => {
    await open({ scope: 'openid items:read' }).session.login(quiet)
    expect(doubles.authService.authorizationRequests[0]?.get('scope')).toBe(
      'openid profile items:read offline_access',
    )
  })

  it('replaces the login before, and revokes its grant', async () => {
    const { session } = open()
    await session.login(quiet)
    await session.login(quiet)
    expect(doubles.authService.revocationRequests.map((each) => each.get('token'))).toEqual([
      'refresh-token-1',
    ])
    expect(await session.accessToken()).toBe('access-token-2')
  })

  it('ends with the signal of the program', async () => {
    const controller = new AbortController()
    const { session } = open({ signal: controller.signal })
    const login = session.login({ showUrl: () => controller.abort(), openBrowser: false })
    await expect(login).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })
})

describe('a session', () => {
  it('is there for the next process, and for no other profile', async () => {
    await open().session.login(quiet)
    expect(await open().session.accessToken()).toBe('access-token-1')
    expect(await open({ profile: 'work' }).session.status()).toBeUndefined()
    expect(await open().session.status()).toMatchObject({ account: { username: 'demo' } })
  })

  it('needs no network to be found where the issuer is given', async () => {
    await open().session.login(quiet)
    const { issuer } = doubles.authService
    const deaf = open({ issuer, trace: ({ event }) => expect(event).not.toBe('request') })
    expect(await deaf.session.accessToken()).toBe('access-token-1')
    expect(await deaf.session.status()).toMatchObject({ issuer })
  })

  it('is sealed on disk, and nothing else lies there (100)', async () => {
    await open().session.login(quiet)
    expect(readdirSync(doubles.home.path)).toEqual(['default.json'])
    expect(readFileSync(join(doubles.home.path, 'default.json'), 'utf8')).not.toContain('token-1')
  })

  it('gives a token that lasts as long as it has to', async () => {
    const { session } = open()
    await session.login(quiet)
    expect(await session.accessToken({ minimumSeconds: 500 })).toBe('access-token-1')
    doubles.authService.lies.tokenResponse = { expires_in: 1200 }
    expect(await session.accessToken({ minimumSeconds: 700 })).toBe('access-token-2')
    await expect(session.accessToken({ minimumSeconds: 9000 })).rejects.toMatchObject({
      code: 'TOKEN_TOO_SHORT',
    })
  })

  it('is told to be missing with the line to type in that program', async () => {
    const { session } = open({ loginCommand: 'notes sign-in' })
    await expect(session.accessToken()).rejects.toMatchObject({
      code: 'SESSION_MISSING',
      hint: 'run `notes sign-in`',
    })
  })

  it('ends here and at the AuthService', async () => {
    const { session } = open()
    await session.login(quiet)
    expect(await session.logout()).toBe('revoked')
    expect(await session.status()).toBeUndefined()
    expect(await session.logout()).toBe('nothing-to-revoke')
    await expect(session.fetch('items')).rejects.toMatchObject({ code: 'SESSION_MISSING' })
  })
})

describe('fetch', () => {
  it('answers a 401 by one refresh and one resend, body and all', async () => {
    const { session } = open()
    await session.login(quiet)
    doubles.api.validTokens = new Set(['access-token-2'])
    const response = await session.fetch('items', { method: 'POST', body: '{"title":"x"}' })
    expect(response.status).toBe(200)
    expect(doubles.api.tokensSeen).toEqual(['access-token-1', 'access-token-2'])
    expect(await open().session.accessToken()).toBe('access-token-2')
  })

  it('gives back any other status as it is', async () => {
    const { session } = open()
    await session.login(quiet)
    doubles.api.lies.items = (response) => sendJson(response, { detail: 'no' }, 403)
    const response = await session.fetch('items')
    expect({ ok: response.ok, status: response.status, body: await response.json() }).toEqual({
      ok: false,
      status: 403,
      body: { detail: 'no' },
    })
  })

  it('says that the session is over when the AuthService refuses to refresh', async () => {
    const { session } = open()
    await session.login(quiet)
    doubles.api.validTokens = new Set()
    doubles.authService.lies.token = (response) => sendJson(response, { error: 'invalid_grant' }, 400)
    await expect(session.fetch('items')).rejects.toMatchObject({
      code: 'SESSION_EXPIRED',
      hint: 'run `notes login`',
    })
    expect(await session.status()).toBeUndefined()
  })

  it('sends no token anywhere but below the API (100)', async () => {
    const { session } = open()
    await session.login(quiet)
    for (const place of ['https://example.com/items', '//example.com/items', doubles.authService.issuer]) {
      await expect(session.fetch(place)).rejects.toMatchObject({ code: 'USAGE' })
    }
    expect(doubles.api.tokensSeen).toEqual([])
  })
})
