import type { Passwords } from './passwords.js'
import type { OpenProvider } from './providers/provider.js'
import type { Settings } from './settings.js'
import type { Store } from './store/store.js'
import type { KeyRing } from './tokens/key-ring.js'

/** What every endpoint works with. Built once by `auth-service.ts`. */
export interface Context {
  settings: Settings
  store: Store
  keys: KeyRing
  passwords: Passwords
  openProvider: OpenProvider
  /** Epoch milliseconds. */
  now: () => number
}
