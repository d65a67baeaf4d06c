import { AuthcliError } from '../errors.js'
import { variable } from './settings.js'

/** Time for a person to find and type the password of a keychain. */
const WITH_A_PERSON_SECONDS = 60
/** A keychain answers within milliseconds; without a person there is nothing that could take longer. */
const WITHOUT_A_PERSON_SECONDS = 10
const MAX_SECONDS = 3600

/**
 * How long one call to the keychain may take, in seconds: what `AUTHCLI_KEYCHAIN_TIMEOUT` says, or else what
 * somebody at a terminal needs, or else less.
 * @throws AuthcliError USAGE when the variable holds no number of seconds.
 */
export function keychainLimitSeconds(options: {
  env: Readonly<Record<string, string | undefined>>
  isPersonThere: boolean
}): number {
  const text = variable(options.env, 'AUTHCLI_KEYCHAIN_TIMEOUT')
  if (text === undefined) return options.isPersonThere ? WITH_A_PERSON_SECONDS : WITHOUT_A_PERSON_SECONDS
  const seconds = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= MAX_SECONDS) return seconds
  throw new AuthcliError('USAGE', `AUTHCLI_KEYCHAIN_TIMEOUT is no number of seconds up to ${MAX_SECONDS}`, {
    hint: 'for example AUTHCLI_KEYCHAIN_TIMEOUT=120',
  })
}
