import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resourceCredentials } from '../support/auth-service/test-auth-service.js'
import { TEST_PASSWORD } from '../support/auth-service/test-context.js'
import { TERMINAL } from '../support/cli/logged-in.js'
import { type Home, makeHome, runAuthcli } from '../support/cli/run-authcli.js'
import { type RotatingServices, startRotatingServices } from '../support/rotating-services.js'
import { createScriptedClient, readTokens, type ScriptedClient } from '../support/scripted-client.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import { signIn } from '../support/sign-in.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const PUBLISHED_AT = 5 * MINUTE
const IN_USE_AT = PUBLISHED_AT + HOUR
const OLD_KEY_GONE_AT = IN_USE_AT + 25 * HOUR
const ACCESS_TOKEN_MS = 10 * MINUTE
/** Somebody else's validator: it believes what it once fetched for twice as long as it may, whatever token comes. */
const SLOW_CACHE_MS = 10 * MINUTE
const ACCOUNT = { username: 'ada', password: TEST_PASSWORD }

let services: RotatingServices
let home: Home
beforeEach(async () => {
  home = makeHome()
  services = await startRotatingServices({ rotationAfterMs: PUBLISHED_AT })
})
afterEach(async () => {
  home.remove()
  await services.close()
})

describe('a rotation of the keys, while tokens are fetched and used', () => {
  it('fails no validation, no refresh and no authcli, with two replicas whose clocks differ (52)', async () => {
    const { issuer, api, now } = services
    const client = createScriptedClient({ issuer, resource: api, scope: 'openid items:read' })
    let { refreshToken } = await client.logIn(ACCOUNT)
    const openBrowser = async (url: URL) => void (await signIn(createUserAgent(), url, ACCOUNT))
    const authcli = (...args: string[]) =>
      runAuthcli(home, args, { now, terminal: TERMINAL, edges: { openBrowser } })
    expect(await authcli('login', '--api', api)).toMatchObject({ exitCode: 0 })

    const tokens: { value: string; until: number }[] = []
    const signers = new Set<string>()
    const slowValidator = createSlowValidator()
    for (const [tick, instant] of instants().entries()) {
      await services.moveTo(instant)
      const fresh = await nextTokens(client, refreshToken)
      refreshToken = fresh.refreshToken
      tokens.push({ value: fresh.accessToken, until: now() + ACCESS_TOKEN_MS - MINUTE })
      signers.add(kidOf(fresh.accessToken))
      const good = tokens.filter(({ until }) => now() < until).map(({ value }) => value)
      for (const token of new Set([good[0], good.at(-1)] as string[])) {
        expect(await statusAtApi(token), `at ${instant / MINUTE} minutes`).toBe(200)
        expect(await activeAtReplicas(token)).toEqual([true, true])
        await slowValidator(token)
      }
      if (tick % 8 === 0) expect(await authcli('get-items', '--json')).toMatchObject({ exitCode: 0 })
    }
    expect(signers.size).toBe(2)
    const [oldKid, newKid] = signers
    const kids = (await fetchKeys()).keys.map(({ kid }) => kid)
    expect(kids).toContain(newKid)
    expect(kids).not.toContain(oldKid)
  })
})

/** Every minute around each change, and now and then between them. */
function instants(): number[] {
  const every = (step: number, from: number, to: number) =>
    Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step)
  return [
    ...every(MINUTE, 0, 2 * PUBLISHED_AT),
    ...every(5 * MINUTE, 2 * PUBLISHED_AT, IN_USE_AT - 3 * MINUTE),
    ...every(MINUTE, IN_USE_AT - 3 * MINUTE, IN_USE_AT + 15 * MINUTE),
    ...every(HOUR, IN_USE_AT + HOUR, OLD_KEY_GONE_AT - 5 * MINUTE),
    ...every(MINUTE, OLD_KEY_GONE_AT - 3 * MINUTE, OLD_KEY_GONE_AT + 5 * MINUTE),
  ]
}

async function nextTokens(client: ScriptedClient, refreshToken: string) {
  return readTokens(await client.refresh(refreshToken))
}

async function statusAtApi(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await services.backendApi.inject({ url: '/items', headers })).statusCode
}

function activeAtReplicas(token: string): Promise<unknown[]> {
  return Promise.all(
    services.replicas.map(async ({ app }) => {
      const headers = { ...resourceCredentials(), 'content-type': 'application/x-www-form-urlencoded' }
      const payload = new URLSearchParams({ token }).toString()
      return (await app.inject({ method: 'POST', url: '/introspect', headers, payload })).json().active
    }),
  )
}

function createSlowValidator(): (token: string) => Promise<void> {
  let fetchedAt = Number.NEGATIVE_INFINITY
  let keys = createLocalJWKSet({ keys: [] })
  return async (token) => {
    if (services.now() - fetchedAt >= SLOW_CACHE_MS) {
      keys = createLocalJWKSet(await fetchKeys())
      fetchedAt = services.now()
    }
    await jwtVerify(token, keys, { currentDate: new Date(services.now()), clockTolerance: 60 })
  }
}

async function fetchKeys(): Promise<JSONWebKeySet> {
  return (await (await fetch(`${services.issuer}/jwks`)).json()) as JSONWebKeySet
}

function kidOf(token: string): string {
  const [header = ''] = token.split('.')
  return String(JSON.parse(Buffer.from(header, 'base64url').toString()).kid)
}
