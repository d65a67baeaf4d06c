import { AuthcliError } from '../../errors.js'
import { probeKeychain } from '../../session/keychain-probe.js'
import { openKeychain } from '../../session/open-keychain.js'
import type { SessionLock } from '../../session/session-lock.js'
import type { CommandContext } from '../command-context.js'
import type { Profile } from '../configuration.js'
import { keychainLimitSeconds } from '../keychain-limit.js'
import { variable } from '../settings.js'
import { broken, type Check, type Outcome, ok, unchecked } from './check.js'

const LOCK_LIMIT_SECONDS = 5

/** Over the keychain's own limit, which ends with a better sentence. */
const GRACE_SECONDS = 2

/**
 * Whether the keychain keeps what it is given. It may ask the person to unlock it, as a login would. Where
 * the session is kept elsewhere a missing keychain breaks nothing.
 */
export function keychainCheck(context: CommandContext, profile: Profile | undefined): Check {
  const { dependencies, interruption } = context
  const { env, stdin, stderr, pid } = dependencies
  const store = variable(env, 'AUTHCLI_STORE') ?? profile?.store ?? 'keychain'
  // Whoever brings a token, or the secret of a service account, has nothing to keep.
  const keepsNothing = ['AUTHCLI_TOKEN', 'AUTHCLI_CLIENT_SECRET'].some((name) => variable(env, name))
  const isPersonThere = stdin.isTTY === true && stderr.isTTY === true
  const limitSeconds = keychainLimitSeconds({ env, isPersonThere })
  return {
    name: 'keychain',
    limitSeconds: limitSeconds + GRACE_SECONDS,
    async look() {
      try {
        await probeKeychain(
          { keychain: openKeychain(dependencies), signal: interruption.signal },
          { name: `doctor ${pid}`, limitSeconds },
        )
        return ok('unlocked; keeps, gives back and removes an item')
      } catch (error) {
        if (!(error instanceof AuthcliError)) throw error
        return store === 'keychain' && !keepsNothing
          ? broken(error.message, error.hint ?? 'log in with `--store file`')
          : unchecked('not to be had, and not needed: nothing is kept in it')
      }
    },
  }
}

/** Whether the lock that keeps two processes from refreshing at once can be taken, under a name of its own. */
export function lockCheck({ lock }: { lock: SessionLock }, { pid }: { pid: number }): Check {
  return {
    name: 'refresh lock',
    limitSeconds: LOCK_LIMIT_SECONDS,
    async look(): Promise<Outcome> {
      try {
        await lock.hold([`doctor ${pid}`], async () => {})
        return ok('can be taken and released')
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
        const mend = 'free memory and open files, or report it; without the lock nothing is refreshed'
        return broken(`can't be taken (${code})`, mend)
      }
    },
  }
}
