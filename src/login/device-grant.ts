import {
  type Configuration,
  genericGrantRequest,
  initiateDeviceAuthorization,
  ResponseBodyError,
} from 'openid-client'
import { parseHttpsOrLoopbackUrl } from '../discovery/https-or-loopback.js'
import { AuthcliError } from '../errors.js'
import { pause } from '../session/pause.js'
import type { AuthorizationRequest } from './authorization-code-flow.js'
import { deviceNameParameter } from './device-name.js'
import { asLoginError } from './login-error.js'
import { readTokenSet, type TokenSet } from './token-set.js'

/** What a person needs to log in on another device. */
export interface DeviceCode {
  /** To be typed there. Printable, as the AuthService wrote it. */
  userCode: string
  /** Where to type it. */
  verificationUri: URL
  /** The same with the code in it, for a QR code. */
  verificationUriComplete?: URL
  expiresInSeconds: number
}

/** A login on another device that waits for the person. */
export interface PendingDeviceGrant {
  code: DeviceCode
  /** The secret half, that only goes to the token endpoint. */
  deviceCode: string
  intervalSeconds: number
}

/** What one poll brought. */
export type PollAnswer = TokenSet | 'wait' | 'expired'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'

/** RFC 8628 §3.2: for a server that names no interval. */
const DEFAULT_INTERVAL_SECONDS = 5

/** RFC 8628 §3.5: what each `slow_down` adds. */
const SLOW_DOWN_SECONDS = 5

/** After a failure of the network the interval doubles, up to this. */
const MAX_BACK_OFF_SECONDS = 60

/** No person types more, and no control character belongs in it. */
const USER_CODE = /^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/

/**
 * Asks the device authorization endpoint for a code that the person types on another device.
 * @throws AuthcliError LOGIN_FAILED when the AuthService says no or sends what can't be shown or opened;
 * AUTH_SERVICE_UNREACHABLE.
 * @see RFC 8628 §3.1, §3.2
 */
export async function requestDeviceCode(
  configuration: Configuration,
  request: AuthorizationRequest,
): Promise<PendingDeviceGrant> {
  const { scope, resource } = request
  const response = await initiateDeviceAuthorization(configuration, { scope, resource }).catch(
    (error: unknown) => {
      throw asLoginError(error, 'the AuthService gives no code for another device')
    },
  )
  const verificationUri = parseHttpsOrLoopbackUrl(response.verification_uri)
  if (!(verificationUri instanceof URL)) {
    throw refused(`an address for another device which ${verificationUri.problem}`)
  }
  if (!USER_CODE.test(response.user_code)) throw refused('a code that nobody can type')
  const complete = parseHttpsOrLoopbackUrl(response.verification_uri_complete)
  return {
    code: {
      userCode: response.user_code,
      verificationUri,
      ...(complete instanceof URL && { verificationUriComplete: complete }),
      expiresInSeconds: response.expires_in,
    },
    deviceCode: response.device_code,
    intervalSeconds: response.interval ?? DEFAULT_INTERVAL_SECONDS,
  }
}

/**
 * Asks the token endpoint again and again whether the person has finished, no faster than it allows: every
 * `slow_down` adds five seconds, every failure of the network doubles the interval.
 * @param inTurn runs each request when nothing else of this login asks for tokens, and refuses once it is over
 * @returns the tokens; or undefined when the code expired, or `signal` ended it
 * @throws AuthcliError LOGIN_FAILED when the person said no, or an answer failed a check;
 * AUTH_SERVICE_UNREACHABLE when the code expired while nothing answered.
 * @see RFC 8628 §3.4, §3.5
 */
export async function pollForTokens(
  dependencies: {
    configuration: Configuration
    /** Epoch milliseconds. */
    now: () => number
    signal: AbortSignal
    inTurn: (poll: () => Promise<PollAnswer>) => Promise<PollAnswer>
    wait?: typeof pause
  },
  pending: PendingDeviceGrant,
  request: AuthorizationRequest,
): Promise<TokenSet | undefined> {
  const { configuration, now, signal, inTurn, wait = pause } = dependencies
  const expiresAt = now() + pending.code.expiresInSeconds * 1000
  let intervalSeconds = pending.intervalSeconds
  let unreachable: AuthcliError | undefined
  const poll = async (): Promise<PollAnswer> => {
    try {
      const { resource } = request
      const parameters = { device_code: pending.deviceCode, resource, ...deviceNameParameter(request) }
      const response = await genericGrantRequest(configuration, GRANT_TYPE, parameters)
      return readTokenSet(response)
    } catch (error) {
      unreachable = undefined
      switch (error instanceof ResponseBodyError ? error.error : undefined) {
        case 'slow_down':
          intervalSeconds += SLOW_DOWN_SECONDS
          return 'wait'
        case 'authorization_pending':
          return 'wait'
        case 'expired_token':
          return 'expired'
        case 'access_denied':
          throw new AuthcliError('LOGIN_FAILED', 'the login was declined on the other device', {
            cause: error,
          })
      }
      const known = asLoginError(error)
      if (!(known instanceof AuthcliError) || known.code !== 'AUTH_SERVICE_UNREACHABLE') throw known
      unreachable = known
      intervalSeconds = Math.min(intervalSeconds * 2, Math.max(MAX_BACK_OFF_SECONDS, intervalSeconds))
      return 'wait'
    }
  }
  for (;;) {
    await wait(intervalSeconds * 1000, signal)
    if (signal.aborted) return undefined
    const answer = now() < expiresAt ? await inTurn(poll) : 'expired'
    if (answer === 'expired' && unreachable !== undefined) throw unreachable
    if (answer === 'expired') return undefined
    if (answer !== 'wait') return answer
  }
}

function refused(what: string): AuthcliError {
  return new AuthcliError('LOGIN_FAILED', `the AuthService sent ${what}`)
}
