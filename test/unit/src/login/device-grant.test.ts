import { describe, expect, it } from 'vitest'
import { openidConfiguration } from '../../../../src/discovery/openid-configuration.js'
import { HttpError, type HttpResponse } from '../../../../src/http.js'
import { type PendingDeviceGrant, pollForTokens } from '../../../../src/login/device-grant.js'

const ISSUER = 'https://auth.example'
const PENDING: PendingDeviceGrant = {
  code: { userCode: 'WDJB-MJHT', verificationUri: new URL(`${ISSUER}/device`), expiresInSeconds: 600 },
  deviceCode: 'device-code',
  intervalSeconds: 5,
}

/** What an AuthService answers a poll with. */
type Answer = 'nothing' | 'busy' | 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied'

/** Polls until the answers are used up, by a clock that only waiting moves: the pauses, and how it ended. */
async function poll(answers: Answer[], pending: Partial<PendingDeviceGrant> = {}) {
  const pauses: number[] = []
  let milliseconds = 0
  const over = new AbortController()
  const http = async (): Promise<HttpResponse> => {
    const answer = answers.shift()
    if (answer === 'nothing') throw new HttpError('it does not answer')
    return answer === 'busy' ? respond(503, {}) : respond(400, { error: answer })
  }
  const metadata = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/jwks`,
    code_challenge_methods_supported: ['S256'],
  }
  const server = { issuer: ISSUER, metadata }
  const configuration = await openidConfiguration({ http }, server, 'authcli')
  const ended = await pollForTokens(
    {
      configuration,
      now: () => milliseconds,
      signal: over.signal,
      inTurn: (request) => request(),
      wait: async (pause) => {
        if (answers.length === 0 && pending.code === undefined) over.abort()
        else pauses.push(pause / 1000)
        milliseconds += pause
      },
    },
    { ...PENDING, ...pending },
    { server, clientId: 'authcli', resource: 'https://api.example', scope: 'openid', takesCodeAlone: false },
  ).catch((error: unknown) => error)
  return { pauses, ended }
}

function respond(status: number, document: unknown): HttpResponse {
  const body = new TextEncoder().encode(JSON.stringify(document))
  return { status, headers: { 'content-type': 'application/json' }, body }
}

describe('polling for a login on another device', () => {
  it('waits for the interval before every poll, the first as well (75)', async () => {
    const { pauses } = await poll(['authorization_pending', 'authorization_pending', 'authorization_pending'])
    expect(pauses).toEqual([5, 5, 5])
  })

  it('waits five seconds longer after each slow_down, for good (75)', async () => {
    const { pauses } = await poll([
      'slow_down',
      'authorization_pending',
      'slow_down',
      'authorization_pending',
    ])
    expect(pauses).toEqual([5, 10, 10, 15])
  })

  it('waits twice as long after each failure of the network, up to a minute (75)', async () => {
    const { pauses, ended } = await poll([
      'nothing',
      'busy',
      'nothing',
      'busy',
      'nothing',
      'authorization_pending',
    ])
    expect(pauses).toEqual([5, 10, 20, 40, 60, 60])
    expect(ended).toBeUndefined()
  })

  it('obeys an interval of more than a minute', async () => {
    const { pauses } = await poll(['nothing', 'authorization_pending'], { intervalSeconds: 90 })
    expect(pauses).toEqual([90, 90])
  })

  it('ends without tokens when the AuthService says that the code expired (75)', async () => {
    expect(await poll(['expired_token'])).toEqual({ pauses: [5], ended: undefined })
  })

  it('asks no more once the code has expired by the local clock', async () => {
    const code = { ...PENDING.code, expiresInSeconds: 12 }
    const { pauses, ended } = await poll(Array(5).fill('authorization_pending'), { code })
    expect({ pauses, ended }).toEqual({ pauses: [5, 5, 5], ended: undefined })
  })

  it('says that nothing answered when the code expired meanwhile', async () => {
    const code = { ...PENDING.code, expiresInSeconds: 12 }
    const { ended } = await poll(Array(5).fill('nothing'), { code })
    expect(ended).toMatchObject({ code: 'AUTH_SERVICE_UNREACHABLE' })
  })

  it('ends at a refusal, which it says (75)', async () => {
    const { ended } = await poll(['authorization_pending', 'access_denied'])
    expect(ended).toMatchObject({
      code: 'LOGIN_FAILED',
      message: 'the login was declined on the other device',
    })
  })
})
