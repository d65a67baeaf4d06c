import type { DeviceCode } from '../../../src/login/device-grant.js'
import type { OtherWays } from '../../../src/login/login-ways.js'
import type { AuthServiceDouble } from './auth-service-double.js'
import { type LoginTry, tryLogin } from './try-login.js'

/** What such a person saw, and what they can do. */
export type LoginPersonDouble = ReturnType<typeof personDouble>

/** A person at a terminal who only does what the test does. */
export function personDouble(deviceGrant: OtherWays['deviceGrant'] = 'on-request') {
  const complaints: string[] = []
  const codes: DeviceCode[] = []
  let onLine: ((line: string) => void) | undefined
  const heard = listeners()
  const otherWays: OtherWays = {
    deviceGrant,
    readLines(listen) {
      onLine = listen
      return () => {
        onLine = undefined
      }
    },
    showDeviceCode(code) {
      codes.push(code)
      heard.tell()
    },
    complain(problem) {
      complaints.push(problem)
      heard.tell()
    },
  }
  return {
    otherWays,
    complaints,
    codes,
    type: (line: string) => onLine?.(line),
    isListenedTo: () => onLine !== undefined,
    until: heard.until,
  }
}

/** Lets a test wait until something is true that a callback changes. */
function listeners() {
  const waiting = new Set<() => void>()
  return {
    tell: () => {
      for (const look of waiting) look()
    },
    until: (isTrue: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (isTrue()) resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

/** A try in which the person does this as soon as they see the address. */
export function attemptLogin(
  double: AuthServiceDouble,
  who: LoginPersonDouble,
  acts: (url: URL) => unknown,
  login: LoginTry = {},
) {
  return tryLogin(double, {
    ...login,
    otherWays: who.otherWays,
    // What is pasted at once would come before anybody listens.
    person: (url) => void Promise.resolve().then(() => acts(url)),
  })
}
