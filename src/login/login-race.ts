import type { Configuration } from 'openid-client'
import { openidConfiguration } from '../discovery/openid-configuration.js'
import { AuthcliError } from '../errors.js'
import type { Http } from '../http.js'
import type { Trace } from '../trace.js'
import {
  type AuthorizationCodeFlow,
  type AuthorizationRequest,
  openAuthorizationCodeFlow,
} from './authorization-code-flow.js'
import { type DeviceWay, deviceWay, offersDeviceGrant } from './device-way.js'
import { type FirstTokens, raceForTokens } from './first-tokens.js'
import { asLoginError, isRefusal } from './login-error.js'
import type { OtherWays, SendPersonTo } from './login-ways.js'
import { withinTimeLimit } from './time-limit.js'
import type { TokenSet } from './token-set.js'

export interface LoginRaceDependencies {
  http: Http
  trace: Trace
  /** Epoch milliseconds. */
  now: () => number
  /** Ends the wait for the person. */
  signal: AbortSignal
  sendPersonTo: SendPersonTo
  otherWays?: OtherWays
}

/** What a login asks for, and how long the person has, from the moment that they are shown where to go. */
export type LoginRequest = AuthorizationRequest & { timeoutSeconds: number }

/** What the ways of one login work with. */
type Ways = LoginRaceDependencies & { configuration: Configuration; race: FirstTokens; device?: DeviceWay }

/**
 * Logs a person in by every way that works here, all in one wait: the redirect to the loopback listener, an
 * answer that is pasted, the device grant. The first that ends in tokens wins, and the others are closed.
 *
 * What the browser brings counts, and so does what the person says on the other device: a refusal ends the
 * login. What is pasted may be wrong, or come too late: that is said, and the wait goes on.
 *
 * `keep` stores the tokens; the browser's page says "logged in" only after it has resolved, and "failed"
 * otherwise.
 * @returns what `keep` gave back
 * @throws AuthcliError LOGIN_FAILED when the person or the AuthService said no, an answer failed a check, or
 * the device grant is the only way wanted and not offered; LOGIN_TIMEOUT, INTERRUPTED,
 * AUTH_SERVICE_UNREACHABLE; and whatever `keep` throws.
 */
export async function raceLogin<Kept>(
  dependencies: LoginRaceDependencies,
  request: LoginRequest,
  keep: (tokens: TokenSet) => Promise<Kept>,
): Promise<Kept> {
  const { otherWays, signal, trace } = dependencies
  const isDeviceOnly = otherWays?.deviceGrant === 'only'
  if (isDeviceOnly && !offersDeviceGrant(request)) throw notOffered()
  const configuration = await openidConfiguration(dependencies, request.server, request.clientId)
  const race = raceForTokens()
  const ways: Ways = { ...dependencies, configuration, race }
  if (otherWays !== undefined && offersDeviceGrant(request)) ways.device = deviceWay(ways, request, otherWays)

  const flow = isDeviceOnly ? undefined : await openAuthorizationCodeFlow(configuration, request)
  let outcome: 'done' | 'failed' = 'failed'
  let stopReading = () => {}
  try {
    if (otherWays?.deviceGrant !== 'on-request') await ways.device?.begin()
    if (flow !== undefined) stopReading = openBrowserWays(ways, flow)
    const tokens = await withinTimeLimit(race.winner, request.timeoutSeconds, signal, race.turn)
    trace({ event: 'tokens-received' })
    stopReading()

    const kept = await keep(tokens)
    outcome = 'done'
    return kept
  } catch (error) {
    throw asLoginError(error)
  } finally {
    race.close()
    stopReading()
    await flow?.close(outcome)
  }
}

/** Sends the person to the browser, and takes what it brings, or what they paste. Gives back what ends that. */
function openBrowserWays(ways: Ways, flow: AuthorizationCodeFlow): () => void {
  const { race, device, sendPersonTo, trace } = ways
  flow.callback
    .then(async (answer) => {
      trace({ event: 'callback-received' })
      await race.inTurn(() => flow.exchange(answer))
    })
    .catch(race.fail)
  // Before the person is told: what they paste at once must not be shown by a terminal that nobody reads yet.
  const stopReading = readPastes(ways, flow)
  sendPersonTo(flow.authorizationUrl, offerOf(device))
  return stopReading
}

function readPastes(ways: Ways, flow: AuthorizationCodeFlow): () => void {
  const { race, device, otherWays } = ways
  if (otherWays?.readLines === undefined) return () => {}
  let isExchanging = false
  return otherWays.readLines(async (line) => {
    if (race.over.aborted) return
    if (line === '') return isExchanging ? undefined : void device?.begin()
    const pasted = flow.readPasted(line)
    if ('problem' in pasted) return otherWays.complain(pasted.problem)
    isExchanging = true
    await exchangePasted(ways, otherWays, flow, pasted.answer)
    isExchanging = false
  })
}

async function exchangePasted(
  { race, trace }: Ways,
  otherWays: OtherWays,
  flow: AuthorizationCodeFlow,
  answer: URL,
): Promise<void> {
  trace({ event: 'answer-pasted' })
  try {
    await race.inTurn(() => flow.exchange(answer))
  } catch (error) {
    if (race.over.aborted) return
    const problem = asLoginError(error)
    if (!(problem instanceof AuthcliError) || problem.code !== 'LOGIN_FAILED' || isRefusal(error)) {
      return race.fail(problem)
    }
    otherWays.complain(`that did not work: ${problem.message}`)
  }
}

function offerOf(device: DeviceWay | undefined): 'shown' | 'on-request' | 'no' {
  if (device === undefined) return 'no'
  return device.isShown() ? 'shown' : 'on-request'
}

function notOffered(): AuthcliError {
  return new AuthcliError('LOGIN_FAILED', 'the AuthService offers no login on another device', {
    hint: 'leave out `--device`: the address that is printed can be opened anywhere, and its answer pasted',
  })
}
