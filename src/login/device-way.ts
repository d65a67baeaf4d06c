import type { Configuration } from 'openid-client'
import { AuthcliError } from '../errors.js'
import type { Trace } from '../trace.js'
import type { AuthorizationRequest } from './authorization-code-flow.js'
import { pollForTokens, requestDeviceCode } from './device-grant.js'
import type { FirstTokens } from './first-tokens.js'
import type { OtherWays } from './login-ways.js'

/** The device grant as one of the ways of a race. */
export interface DeviceWay {
  /** Shows a code, if none is shown, and takes part from then on. Resolves when it is shown, or can't be. */
  begin(): Promise<void>
  isShown(): boolean
}

/**
 * Makes the device grant a way of the race. Where there are others, it failing to begin, and a code that
 * expires, are told, and the wait goes on; on its own, both end the race. That the person says no always does.
 */
export function deviceWay(
  dependencies: { configuration: Configuration; race: FirstTokens; now: () => number; trace: Trace },
  request: AuthorizationRequest,
  ways: OtherWays,
): DeviceWay {
  const { configuration, race, now, trace } = dependencies
  const isOnlyWay = ways.deviceGrant === 'only'
  let isShown = false

  const expire = (): void => {
    isShown = false
    const message = 'the code for the other device has expired'
    if (race.over.aborted) return
    if (isOnlyWay) {
      const hint = 'run `authcli login --device` again'
      race.fail(new AuthcliError('LOGIN_TIMEOUT', message, { hint }))
    } else {
      ways.complain(ways.readLines === undefined ? message : `${message}: press Enter for a new one`)
    }
  }
  return {
    isShown: () => isShown,
    async begin() {
      if (isShown) return
      isShown = true
      try {
        const pending = await requestDeviceCode(configuration, request)
        if (race.over.aborted) return
        trace({ event: 'device-code-received' })
        await ways.showDeviceCode(pending.code)
        pollForTokens({ configuration, now, signal: race.over, inTurn: race.inTurn }, pending, request).then(
          (tokens) => tokens ?? expire(),
          race.fail,
        )
      } catch (error) {
        isShown = false
        if (isOnlyWay || !(error instanceof AuthcliError)) return race.fail(error)
        ways.complain(`logging in on another device is not possible: ${error.message}`)
      }
    },
  }
}

/**
 * Whether the AuthService offers the device grant at all.
 * @see RFC 8628 §4
 */
export function offersDeviceGrant({ server }: AuthorizationRequest): boolean {
  return server.metadata.device_authorization_endpoint !== undefined
}
