import { createFileStore } from './file-store.js'
import { createKeychainStore } from './keychain-store.js'
import { createNoStore } from './no-store.js'
import { type KeychainDependencies, openKeychain } from './open-keychain.js'
import type { SessionStore } from './session-store.js'

export interface StoreDependencies extends KeychainDependencies {
  /** Epoch milliseconds. */
  now: () => number
  talk: { say(line: string): void }
  /** Ends a wait for the keychain at once, with its reason. */
  signal: AbortSignal
}

export interface StoreOptions {
  kind: SessionStore['kind']
  profile: string
  issuer: string
  /** See `FileStoreOptions`; unused by the keychain. */
  formerIssuer?: string
  /** The folder of the session files; unused by the keychain. */
  directory: string
  /** `AUTHCLI_STORE_KEY`; unused by the keychain. */
  storeKey?: string
  insecurePlaintext: boolean
  /** How long a call to the keychain may take. */
  keychainLimitSeconds: number
}

/** A credential of Windows holds no more. */
const WINDOWS_ITEM_BYTES = 2560

/**
 * Opens the store in which the session of a profile at an issuer lies, or will lie. Touches nothing before it
 * is asked to.
 */
export function openSessionStore(dependencies: StoreDependencies, options: StoreOptions): SessionStore {
  const { profile, issuer, keychainLimitSeconds: limitSeconds } = options
  if (options.kind === 'none') return createNoStore(options)
  if (options.kind === 'file') return createFileStore(dependencies, options)
  const isWindows = dependencies.platform === 'win32'
  return createKeychainStore(
    { ...dependencies, keychain: openKeychain(dependencies) },
    { profile, issuer, limitSeconds, ...(isWindows && { maxItemBytes: WINDOWS_ITEM_BYTES }) },
  )
}
