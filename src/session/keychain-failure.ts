import { AuthcliError } from '../errors.js'
import { CollectionLocked, NoCollection } from './secret-service/secret-service.js'
import { BusCallError, SessionBusError, type SessionBusProblem } from './secret-service/session-bus.js'
import { WireFormatError } from './secret-service/wire-format.js'

/** What to do where there is no keychain to be had. */
export const OTHER_STORES =
  'log in with `--store file` and a key in AUTHCLI_STORE_KEY, or with `--store file --insecure-plaintext`; or give a token in AUTHCLI_TOKEN'

const BUS_PROBLEMS: Readonly<Record<SessionBusProblem, string>> = {
  'no-address': 'there is no keychain: DBUS_SESSION_BUS_ADDRESS names no D-Bus session bus',
  'stale-address': 'there is no keychain: nobody listens at the D-Bus session bus that the environment names',
  refused: 'there is no keychain: the D-Bus session bus belongs to another user',
  'too-large': 'the keychain answered with more than a session can be',
  garbled: 'what answers in the place of the keychain makes no sense',
  broken: 'the D-Bus session bus broke off in the middle of a call to the keychain',
}

/** Errors of a bus on which nobody is, or can be made, the Secret Service. */
const NO_SERVICE =
  /^org\.freedesktop\.DBus\.Error\.(ServiceUnknown|NameHasNoOwner|Spawn\..*|TimedOut|Timeout|UnknownInterface)$/
const LOCKED = 'org.freedesktop.Secret.Error.IsLocked'
const NO_REPLY = /^org\.freedesktop\.DBus\.Error\.(NoReply|Disconnected)$/

/** What an operating system says is shown up to this length. */
const MAX_SYSTEM_TEXT_CHARACTERS = 200

/**
 * Turns what a keychain failed with into a sentence that names the cause, with the ways out. Our own errors,
 * such as the end of a time limit, pass through.
 */
export function keychainFailure(error: unknown): AuthcliError {
  if (error instanceof AuthcliError) return error
  if (error instanceof CollectionLocked) return locked(error)
  if (error instanceof NoCollection) {
    return unavailable('the keychain has no keyring yet, and none was made when it asked', error)
  }
  if (error instanceof SessionBusError) return unavailable(BUS_PROBLEMS[error.problem], error)
  if (error instanceof WireFormatError) return unavailable(BUS_PROBLEMS.garbled, error)
  if (error instanceof BusCallError) {
    if (error.errorName === LOCKED) return locked(error)
    if (NO_SERVICE.test(error.errorName)) {
      return unavailable(
        'there is no keychain: no Secret Service (gnome-keyring, KWallet, KeePassXC) runs on the session bus',
        error,
      )
    }
    if (NO_REPLY.test(error.errorName))
      return unavailable('the keychain ended in the middle of a call', error)
    return unavailable(`the keychain refused with ${error.errorName}`, error)
  }
  if (error instanceof Error && /keytar/.test(error.message)) {
    return unavailable("there is no keychain: keytar can't be loaded on this system", error)
  }
  const text = error instanceof Error ? error.message.slice(0, MAX_SYSTEM_TEXT_CHARACTERS) : ''
  return unavailable(`the keychain refused${text === '' ? '' : `: ${text}`}`, error)
}

function locked(cause: unknown): AuthcliError {
  const hint = `unlock it, for example by logging in to the desktop, and try again; or ${OTHER_STORES}`
  return new AuthcliError('KEYCHAIN_LOCKED', 'the keychain is locked, and was not unlocked when it asked', {
    hint,
    cause,
  })
}

function unavailable(message: string, cause: unknown): AuthcliError {
  return new AuthcliError('KEYCHAIN_UNAVAILABLE', message, { hint: OTHER_STORES, cause })
}
