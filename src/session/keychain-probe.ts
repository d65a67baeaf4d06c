import { AuthcliError } from '../errors.js'
import type { Keychain, KeychainWait } from './keychain.js'
import { keychainFailure } from './keychain-failure.js'

/** What the probe item holds: nothing that would matter to anybody. */
const TEXT = 'Written by `authcli doctor`, and of no use.'

/**
 * Finds out whether a keychain keeps what it is given: writes an item under a name of its own, reads it back
 * and removes it. No other item is touched.
 * @throws AuthcliError KEYCHAIN_LOCKED, KEYCHAIN_UNAVAILABLE, also when the time limit is over; STORE_FAILED
 * when it gives back something else.
 */
export async function probeKeychain(
  dependencies: { keychain: Keychain; signal: AbortSignal },
  options: { name: string; limitSeconds: number },
): Promise<void> {
  const { keychain, signal } = dependencies
  const { name, limitSeconds } = options
  signal.throwIfAborted()
  const limit = AbortSignal.timeout(limitSeconds * 1000)
  let isPrompting = false
  const wait: KeychainWait = {
    signal: AbortSignal.any([limit, signal]),
    onPrompt() {
      isPrompting = true
    },
  }
  try {
    await keychain.prepare(wait)
    await keychain.write(name, TEXT, wait)
    const text = await keychain.read(name, wait).finally(() => keychain.remove(name, wait))
    if (text !== TEXT) throw new AuthcliError('STORE_FAILED', 'it does not give back what it was given')
  } catch (error) {
    signal.throwIfAborted()
    if (!limit.aborted) throw keychainFailure(error)
    const what = isPrompting ? 'was not unlocked' : 'did not answer'
    throw new AuthcliError('KEYCHAIN_UNAVAILABLE', `the keychain ${what} within ${limitSeconds} s`)
  }
}
