import { type Call, type LogLine, type Observation, type TraceLine, traceIdOf } from './observations.js'

/** A leg that was seen on the wire, and when, in epoch milliseconds. */
export interface SeenLeg {
  leg: number
  at: number
}

/** How many legs the flow has. */
export const LEG_COUNT = 17

type Moment = number | undefined

/**
 * Tells which legs of the flow happened, from what the three programs said by themselves: a leg has happened
 * when both of its ends say so. Their lines are tied together by the trace that authcli sends with each request
 * (`traceparent`), by the interaction that the AuthService gives to a sign-in, and by the grant that comes of it.
 */
export function joinLegs(observations: readonly Observation[]): SeenLeg[] {
  const seen = new Observations(observations)
  const moments = [...loginMoments(seen), ...requestMoments(seen), ...expiryMoments(seen)]
  return moments.flatMap((at, index) => (at === undefined ? [] : [{ leg: index + 1, at }]))
}

/** Legs 1 to 8: from a 401 to tokens that are stored. */
function loginMoments(seen: Observations): Moment[] {
  const trace = seen.trace('login')
  const traceId = seen.traceId('login')
  const ask = trace.find((line) => isRequest(line, 'GET', '/items'))
  const refusal = seen.backendApi.find((line) => isAnswer(line, traceId, '/items', 401, 'none'))
  const refused = ask && refusal && answerTo(ask, trace, '401')

  const visit = seen.authService.find(
    (line) =>
      line.message === 'request' && pathOf(line).endsWith('/auth/authorize') && line.at >= (ask?.at ?? 0),
  )
  const signIn = seen.audit('sign-in').find((line) => visit && line.at >= visit.at - msOf(visit))
  const code = seen.audit('code-issued').find((line) => signIn && isSame(line, signIn, 'interactionId'))
  const callback = code && trace.find(({ event }) => event === 'callback-received')

  const exchange = callback && trace.find((line) => isRequest(line, 'POST', '/token'))
  const issued = seen
    .audit('token-issued')
    .find((line) => code && isSame(line, code, 'grantId') && line.fields['traceId'] === traceId)
  const answered = seen.authService.find((line) => isAnswer(line, traceId, '/token', 200))
  const received = answered && issued && trace.find(({ event }) => event === 'tokens-received')
  const stored = received && after(trace, received).find(({ event }) => event === 'session-stored')
  const loggedIn = stored && after(trace, stored).some(({ event }) => event === 'logged-in')
  return [
    refusal && ask?.at,
    refused?.at,
    visit && visit.at - msOf(visit),
    signIn?.at,
    callback?.at,
    issued && exchange?.at,
    received?.at,
    loggedIn ? stored?.at : undefined,
  ]
}

/** Legs 9 to 13: a token that is spent, validated, and spent again. */
function requestMoments(seen: Observations): Moment[] {
  const traceId = seen.traceId('first')
  const ask = seen.trace('first').find((line) => isRequest(line, 'GET', '/items'))
  // That the BackendAPI has the request is told by what it does: it passes the trace on.
  const asked = ask && seen.authService.find((line) => isAnswer(line, traceId, '/introspect', 200))
  const validated = asked && seen.backendApi.find((line) => isFreshVerdict(line, traceId))
  const data = validated && delivery(seen, 'first')
  const isRefreshed = seen.trace('again').some(({ event }) => event === 'refresh-started')
  return [
    asked && ask.at,
    asked && asked.at - msOf(asked),
    validated?.at,
    data?.at,
    isRefreshed ? undefined : delivery(seen, 'again')?.at,
  ]
}

/** Legs 14 to 17: a token that has expired, its successor, and the same request once more. */
function expiryMoments(seen: Observations): Moment[] {
  const trace = seen.trace('expired')
  const traceId = seen.traceId('expired')
  const ask = trace.find((line) => isRequest(line, 'GET', '/items'))
  const refusal = seen.backendApi.find((line) => isAnswer(line, traceId, '/items', 401, 'invalid_token'))
  const refused = ask && refusal && answerTo(ask, trace, '401', 'invalid_token')

  const later = refused ? after(trace, refused) : []
  const refresh = later.find((line) => isRequest(line, 'POST', '/token'))
  const code = seen.audit('code-issued')[0]
  const refreshed = seen
    .audit('refreshed')
    .find((line) => code && isSame(line, code, 'grantId') && line.fields['traceId'] === traceId)
  const answered = seen.authService.find((line) => isAnswer(line, traceId, '/token', 200))
  const stored = refresh && after(trace, refresh).find(({ event }) => event === 'session-stored')

  // Asking again before the new tokens were stored would be another flow than ours.
  const resend = stored && after(trace, stored).find((line) => isRequest(line, 'GET', '/items'))
  const sameAgain = ask && resend?.values['url'] === ask.values['url'] ? resend : undefined
  const delivered = seen.backendApi.some((line) => isAnswer(line, traceId, '/items', 200))
  const data = delivered && sameAgain && answerTo(sameAgain, trace, '200')
  return [
    refused?.at,
    refreshed && refresh?.at,
    refreshed && answered && stored?.at,
    data ? data.at : undefined,
  ]
}

/** The answer with data to a request for the items, if both ends tell of it. */
function delivery(seen: Observations, call: Call): TraceLine | undefined {
  const trace = seen.trace(call)
  const asked = trace.find((line) => isRequest(line, 'GET', '/items'))
  const isDelivered = seen.backendApi.some((line) => isAnswer(line, seen.traceId(call), '/items', 200))
  return asked && isDelivered ? answerTo(asked, trace, '200') : undefined
}

class Observations {
  readonly #all: readonly Observation[]
  readonly authService: readonly LogLine[]
  readonly backendApi: readonly LogLine[]

  constructor(all: readonly Observation[]) {
    this.#all = all
    const logs = all.filter((each) => each.source !== 'authcli')
    this.authService = logs.filter(({ source }) => source === 'auth-service')
    this.backendApi = logs.filter(({ source }) => source === 'backend-api')
  }

  /** What one call of authcli traced, in its order. */
  trace(call: Call): TraceLine[] {
    return this.#all.filter((each) => each.source === 'authcli').filter((line) => line.call === call)
  }

  /** The id that one call of authcli sent with its requests; a text that nothing has before its first. */
  traceId(call: Call): string {
    const request = this.trace(call).find(({ values }) => values['traceparent'] !== undefined)
    return traceIdOf(request?.values['traceparent']) ?? 'none yet'
  }

  /** The AuthService's audit lines for one kind of event. */
  audit(event: string): LogLine[] {
    return this.authService.filter(({ message, fields }) => message === 'audit' && fields['event'] === event)
  }
}

function isRequest({ event, values }: TraceLine, method: string, path: string): boolean {
  const url = values['url']
  if (event !== 'request' || values['method'] !== method || url === undefined) return false
  return new URL(url).pathname.endsWith(path)
}

/** The answer that authcli saw to this very request: it has the same span. */
function answerTo(
  request: TraceLine,
  trace: readonly TraceLine[],
  status: string,
  error?: string,
): TraceLine | undefined {
  return trace.find(
    ({ event, values }) =>
      event === 'response' &&
      values['traceparent'] === request.values['traceparent'] &&
      values['status'] === status &&
      (error === undefined || values['error'] === error),
  )
}

/** Whether a service logged this answer to a request of this trace. */
function isAnswer(line: LogLine, traceId: string, path: string, status: number, error?: string): boolean {
  const { message, fields } = line
  if (message !== 'request' || fields['traceId'] !== traceId || fields['statusCode'] !== status) return false
  return pathOf(line).endsWith(path) && (error === undefined || fields['error'] === error)
}

/** Whether the BackendAPI says that it asked the AuthService about the token, and did not remember it. */
function isFreshVerdict({ message, fields }: LogLine, traceId: string): boolean {
  const isAsked = fields['mode'] === 'introspection' && fields['cached'] === false
  return message === 'token validated' && fields['traceId'] === traceId && isAsked
}

function isSame(one: LogLine, other: LogLine, field: string): boolean {
  return one.fields[field] !== undefined && one.fields[field] === other.fields[field]
}

function after(trace: readonly TraceLine[], line: TraceLine): TraceLine[] {
  return trace.slice(trace.indexOf(line) + 1)
}

function pathOf({ fields }: LogLine): string {
  return String(fields['path'])
}

/** How long the request took that a line tells of: the line is written at its end. */
function msOf({ fields }: LogLine): number {
  return typeof fields['ms'] === 'number' ? fields['ms'] : 0
}
