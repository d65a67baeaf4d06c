import { createConnection } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type LoopbackRedirect, openLoopbackRedirect } from '../../../src/login/loopback-redirect.js'

const STATE = 'the-state-of-this-login'
const GOOD = `?code=the-code&state=${STATE}&iss=https%3A%2F%2Fas.example`

const opened: LoopbackRedirect[] = []

async function open(options: Parameters<typeof openLoopbackRedirect>[1] = {}): Promise<LoopbackRedirect> {
  const redirect = await openLoopbackRedirect(STATE, { resultPageWaitMs: 1, ...options })
  opened.push(redirect)
  return redirect
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((redirect) => redirect.close('failed')))
})

function get(url: string | URL, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { redirect: 'manual', ...init })
}

/** Whether the listener still waits for its answer, asked by giving the right one. */
async function takesTheAnswer(redirect: LoopbackRedirect): Promise<boolean> {
  const response = await get(`${redirect.redirectUri}${GOOD}`)
  return response.status === 303 && (await redirect.answer).searchParams.get('code') === 'the-code'
}

describe('the loopback redirect', () => {
  it('has an IP literal, a port from the system and one path (98)', async () => {
    const [one, other] = await Promise.all([open(), open()])
    expect(one.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
    expect(other.redirectUri).not.toBe(one.redirectUri)
  })

  it('takes another loopback address where the first one is not there (98)', async () => {
    // 203.0.113.0/24 belongs to documentation: no computer has an address of it.
    const redirect = await open({ addresses: ['203.0.113.1', '127.0.0.1'] })
    expect(redirect.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:/)
  })

  it('says so when there is no address to listen on', async () => {
    await expect(open({ addresses: ['203.0.113.1'] })).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
  })

  it('gives the parameters of the answer, and takes the code out of the address bar (99)', async () => {
    const redirect = await open()
    const response = await get(`${redirect.redirectUri}${GOOD}`)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/result')
    expect(await response.text()).toBe('')
    const answer = await redirect.answer
    expect(Object.fromEntries(answer.searchParams)).toEqual({
      code: 'the-code',
      state: STATE,
      iss: 'https://as.example',
    })
    expect(`${answer.origin}${answer.pathname}`).toBe(redirect.redirectUri)
  })

  it('takes an error as an answer when it carries the state', async () => {
    const redirect = await open()
    await get(`${redirect.redirectUri}?error=access_denied&state=${STATE}`)
    expect((await redirect.answer).searchParams.get('error')).toBe('access_denied')
  })

  it.each([
    ['no parameters', ''],
    ['no state', '?code=x'],
    ['an empty state', '?code=x&state='],
    ['another state', '?code=x&state=another'],
    ['the beginning of the state', `?code=x&state=${STATE.slice(0, -1)}`],
    ['the state in other letters', `?code=x&state=${STATE.toUpperCase()}`],
    ['an error without the state', '?error=access_denied'],
    ['an error with another state', '?error=access_denied&state=another'],
    ['the state, but neither code nor error', `?state=${STATE}`],
    ['an empty code', `?code=&state=${STATE}`],
    ['both code and error', `?code=x&error=y&state=${STATE}`],
    ['the state twice', `?code=x&state=${STATE}&state=${STATE}`],
    ['the code twice', `?code=x&code=y&state=${STATE}`],
    ['the issuer twice', `?code=x&state=${STATE}&iss=a&iss=b`],
    ['the state under another name first', `?code=x&State=${STATE}`],
  ])('answers %s with 400 and waits on (12, 98, 99)', async (_what, query) => {
    const redirect = await open()
    expect((await get(`${redirect.redirectUri}${query}`)).status).toBe(400)
    expect(await takesTheAnswer(redirect)).toBe(true)
  })

  it.each([
    '/favicon.ico',
    '/',
    '/result',
    '/callback/',
    '/callback/x',
    '/CALLBACK',
    '//callback',
    '/x/callback',
  ])('answers %s with 404 and waits on (98)', async (path) => {
    const redirect = await open()
    const { origin } = new URL(redirect.redirectUri)
    expect((await get(`${origin}${path}${GOOD}`)).status).toBe(404)
    expect(await takesTheAnswer(redirect)).toBe(true)
  })

  it.each(['POST', 'HEAD', 'PUT', 'OPTIONS', 'DELETE'])(
    'answers %s with 405 and waits on (98)',
    async (method) => {
      const redirect = await open()
      const response = await get(`${redirect.redirectUri}${GOOD}`, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('GET')
      expect(await takesTheAnswer(redirect)).toBe(true)
    },
  )

  it('takes one answer only: a second hit gets 400 (98)', async () => {
    const redirect = await open()
    await get(`${redirect.redirectUri}${GOOD}`)
    const second = await get(`${redirect.redirectUri}?code=another&state=${STATE}`)
    expect(second.status).toBe(400)
    expect((await redirect.answer).searchParams.get('code')).toBe('the-code')
  })

  it('waits on after a request that is no HTTP, and while a slow one is not finished', async () => {
    const redirect = await open()
    const port = Number(new URL(redirect.redirectUri).port)
    const garbage = createConnection({ host: '127.0.0.1', port })
    garbage.resume().end('\u0016\u0003\u0001 this is no HTTP\r\n\r\n')
    const slow = createConnection({ host: '127.0.0.1', port })
    slow.write('GET /callback HTTP/1.1\r\nHost: ')
    await new Promise((resolve) => garbage.once('close', resolve))
    expect(await takesTheAnswer(redirect)).toBe(true)
    slow.destroy()
  })

  it('refuses headers of more than 16 KiB and waits on', async () => {
    const redirect = await open()
    const response = await get(`${redirect.redirectUri}?state=${'x'.repeat(20_000)}`)
    expect(response.status).toBe(431)
    expect(await takesTheAnswer(redirect)).toBe(true)
  })

  it.each([
    ['done', 'You are logged in'],
    ['failed', 'The login failed'],
  ] as const)('holds the result page back until it is known, and then says "%s"', async (outcome, title) => {
    const redirect = await open({ resultPageWaitMs: 10_000 })
    const page = fetch(`${redirect.redirectUri}${GOOD}`).then((response) => response.text())
    await redirect.answer
    const roundTrip = get(`${new URL(redirect.redirectUri).origin}/favicon.ico`).then(() => 'still held back')
    expect(await Promise.race([page, roundTrip])).toBe('still held back')
    await redirect.close(outcome)
    expect(await page).toContain(`<h1>${title}</h1>`)
  })

  it('is closed afterwards, with every connection to it (98)', async () => {
    const redirect = await open()
    const idle = createConnection({ host: '127.0.0.1', port: Number(new URL(redirect.redirectUri).port) })
    await new Promise((resolve) => idle.once('connect', resolve))
    const idleClosed = new Promise((resolve) => idle.once('close', resolve))
    await redirect.close('failed')
    await idleClosed
    await expect(get(redirect.redirectUri)).rejects.toThrow()
  })

  it('closes once, however often it is told to', async () => {
    const redirect = await open()
    await redirect.close('failed')
    await redirect.close('done')
  })

  it('lets every page be stored, framed, scripted or passed on by nobody', async () => {
    const redirect = await open()
    const { origin } = new URL(redirect.redirectUri)
    const responses = [
      await get(`${origin}/favicon.ico`),
      await get(redirect.redirectUri),
      await get(`${redirect.redirectUri}${GOOD}`),
    ]
    for (const { headers } of responses) {
      const policy = headers.get('content-security-policy')
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('set-cookie')).toBeNull()
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})
