import { AuthcliError } from '../../src/errors.js'
import type { Keyring } from '../support/keyring.js'
import type { Login } from './logins.js'

/**
 * Starts the keychain's daemon anew if it does not answer for this login any more: gnome-keyring 42 was once seen to
 * abort by itself (SIGTRAP in glib) after a thousand of its clients had been killed. What it had stored is on the disk.
 * @returns whether it had to
 */
export async function mendKeychain(keyring: Keyring, login: Login): Promise<boolean> {
  try {
    await login.store.read()
    return false
  } catch (error) {
    if (!(error instanceof AuthcliError) || error.code !== 'KEYCHAIN_UNAVAILABLE') throw error
    await keyring.reopen()
    return true
  }
}
