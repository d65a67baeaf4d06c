import { describe, expect, it } from 'vitest'
import { joinLegs, LEG_COUNT } from './join-legs.js'
import { LEGS } from './legs.js'
import { type Call, type Observation, parseLogLine, parseTraceLine } from './observations.js'

const API = 'http://127.0.0.1:9001/items'
const TOKEN = 'http://127.0.0.1:9000/token'
const trace = { login: 'a'.repeat(32), first: 'b'.repeat(32), again: 'c'.repeat(32), expired: 'd'.repeat(32) }
const parent = (call: Call, span: number) => `00-${trace[call]}-${String(span).padStart(16, '0')}-01`

/** A whole flow, as the three programs tell of it. One line a row: who, and what it wrote. */
const FLOW: readonly (readonly [Call | 'log', string])[] = [
  ['login', `request method=GET url=${API} traceparent=${parent('login', 1)}`],
  ['log', backendApi({ path: '/items', statusCode: 401, error: 'none', traceId: trace.login })],
  ['login', `response status=401 ms=3 traceparent=${parent('login', 1)}`],
  ['login', 'browser-opened url=http://127.0.0.1:9000/auth/authorize'],
  ['log', authService({ method: 'GET', path: '/auth/authorize', statusCode: 200, ms: 4 })],
  ['log', audit({ event: 'sign-in', interactionId: 'i1', accountId: 'account' })],
  ['log', audit({ event: 'consent', interactionId: 'i1' })],
  ['log', audit({ event: 'code-issued', interactionId: 'i1', grantId: 'g1' })],
  ['login', 'callback-received'],
  ['login', `request method=POST url=${TOKEN} traceparent=${parent('login', 2)}`],
  ['log', audit({ event: 'token-issued', grantId: 'g1', traceId: trace.login })],
  ['log', authService({ method: 'POST', path: '/token', statusCode: 200, traceId: trace.login })],
  ['login', `response status=200 ms=5 traceparent=${parent('login', 2)}`],
  ['login', 'tokens-received'],
  ['login', 'session-stored store=keychain'],
  ['login', 'logged-in'],
  ['first', `request method=GET url=${API}?limit=3 traceparent=${parent('first', 1)}`],
  ['log', authService({ method: 'POST', path: '/introspect', statusCode: 200, traceId: trace.first })],
  ['log', validated({ cached: false, traceId: trace.first })],
  ['log', backendApi({ path: '/items', statusCode: 200, traceId: trace.first })],
  ['first', `response status=200 ms=9 traceparent=${parent('first', 1)}`],
  ['again', `request method=GET url=${API} traceparent=${parent('again', 1)}`],
  ['log', validated({ cached: true, traceId: trace.again })],
  ['log', backendApi({ path: '/items', statusCode: 200, traceId: trace.again })],
  ['again', `response status=200 ms=2 traceparent=${parent('again', 1)}`],
  ['expired', `request method=GET url=${API} traceparent=${parent('expired', 1)}`],
  ['log', backendApi({ path: '/items', statusCode: 401, error: 'invalid_token', traceId: trace.expired })],
  ['expired', `response status=401 ms=2 error=invalid_token traceparent=${parent('expired', 1)}`],
  ['expired', 'refresh-started'],
  ['expired', `request method=POST url=${TOKEN} traceparent=${parent('expired', 2)}`],
  ['log', audit({ event: 'refreshed', grantId: 'g1', traceId: trace.expired })],
  ['log', authService({ method: 'POST', path: '/token', statusCode: 200, traceId: trace.expired })],
  ['expired', `response status=200 ms=2 traceparent=${parent('expired', 2)}`],
  ['expired', 'session-stored store=keychain'],
  ['expired', 'refresh-finished'],
  ['expired', `request method=GET url=${API} traceparent=${parent('expired', 3)}`],
  ['log', backendApi({ path: '/items', statusCode: 200, traceId: trace.expired })],
  ['expired', `response status=200 ms=2 traceparent=${parent('expired', 3)}`],
]

function line(fields: Record<string, unknown>): string {
  return JSON.stringify({ level: 30, ms: 1, ...fields })
}
function backendApi(fields: Record<string, unknown>): string {
  return line({ service: 'backend-api', method: 'GET', msg: 'request', ...fields })
}
function validated(fields: Record<string, unknown>): string {
  return line({ service: 'backend-api', msg: 'token validated', mode: 'introspection', ...fields })
}
function authService(fields: Record<string, unknown>): string {
  return line({ service: 'auth-service', msg: 'request', ...fields })
}
function audit(fields: Record<string, unknown>): string {
  return line({ service: 'auth-service', msg: 'audit', ...fields })
}

type Row = (typeof FLOW)[number]

/** Each row happens one second after the one before it, from second 100. */
function observe(rows: readonly Row[]): Observation[] {
  return rows.flatMap(([who, text], index) => {
    const at = (100 + index) * 1000
    const logged = () => parseLogLine(JSON.stringify({ ...JSON.parse(text), time: at }))
    return (who === 'log' ? logged() : parseTraceLine(`authcli: trace ${text}`, who, at)) ?? []
  })
}

const legsOf = (rows: readonly Row[]) => joinLegs(observe(rows)).map(({ leg }) => leg)
const ALL = Array.from({ length: LEG_COUNT }, (_, index) => index + 1)

describe('joinLegs', () => {
  it('finds every leg of a whole flow', () => {
    expect(LEGS).toHaveLength(LEG_COUNT)
    expect(legsOf(FLOW)).toEqual(ALL)
  })

  it('finds no leg in nothing', () => {
    expect(legsOf([])).toEqual([])
  })

  it('tells the times in the order of the flow', () => {
    const times = joinLegs(observe(FLOW)).map(({ at }) => at)
    // A request that the AuthService logs at its end began before.
    expect(times).toEqual([...times].sort((one, other) => one - other))
  })

  it('finds the same legs in whichever order the programs are heard', () => {
    const byProgram = [...observe(FLOW)].sort((one, other) => one.source.localeCompare(other.source))
    expect(joinLegs(byProgram)).toEqual(joinLegs(observe(FLOW)))
  })

  it('never finds a leg before what it consists of', () => {
    for (const length of FLOW.keys()) {
      const legs = legsOf(FLOW.slice(0, length))
      expect(legs).toEqual(ALL.slice(0, legs.length))
    }
  })

  it.each([
    [1, 'the BackendAPI never saw the request', /"path":"\/items","statusCode":401,"error":"none"/],
    [2, 'authcli never saw the 401', /^response status=401 ms=3/],
    [3, 'no browser came', /\/auth\/authorize","statusCode"/],
    [4, 'nobody signed in', /"event":"sign-in"/],
    [5, 'no code was issued', /"event":"code-issued"/],
    [5, 'the code never came back', /^callback-received/],
    [6, 'no token was issued', /"event":"token-issued"/],
    [7, 'the tokens never arrived', /^tokens-received/],
    [8, 'nothing was stored', /^session-stored/],
    [8, 'authcli never said that it was logged in', /^logged-in/],
    [9, 'the items were not asked for', /^request.*limit=3/],
    [10, 'the AuthService was not asked', /introspect"/],
    [11, 'the BackendAPI got no verdict', /"cached":false/],
    [12, 'the data never arrived', /^response status=200 ms=9/],
    [13, 'the second call got nothing', /^response status=200 ms=2 traceparent=00-c/],
    [14, 'the 401 was not the BackendAPI’s own', /"error":"invalid_token"/],
    [15, 'nothing was refreshed', /"event":"refreshed"/],
    [17, 'the second answer never came', /traceparent=00-d+-0{15}3/],
  ])('misses leg %i when %s', (leg, _reason, pattern) => {
    const without = FLOW.filter(([, text]) => !pattern.test(text))
    expect(without.length).toBeLessThan(FLOW.length)
    expect(legsOf(without)).not.toContain(leg)
  })

  it('does not take a refresh before the second call for the same token again', () => {
    const refresh: Row = ['again', 'refresh-started']
    expect(legsOf([...FLOW, refresh])).not.toContain(13)
  })

  it('does not take a refresh of another login for ours', () => {
    const other = FLOW.map(
      ([who, text]): Row => [who, text.replace('"refreshed","grantId":"g1"', '"refreshed","grantId":"g2"')],
    )
    expect(legsOf(other)).not.toContain(15)
  })

  it('does not accept new tokens that are used before they are stored', () => {
    const [stored, rest] = [FLOW.filter(isLastStored), FLOW.filter((row) => !isLastStored(row))]
    expect(legsOf([...rest, ...stored])).not.toContain(17)
  })
})

function isLastStored([who, text]: Row): boolean {
  return who === 'expired' && text.startsWith('session-stored')
}
