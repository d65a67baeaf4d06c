import { createFileStore } from './file-store.js'
import type { Keychain } from './keychain.js'
import { createKeychainStore } from './keychain-store.js'
import { createKeytarKeychain } from './keytar-keychain.js'
import { createSecretServiceKeychain } from './secret-service-keychain.js'
import type { SessionStore } from './session-store.js'

export interface StoreDependencies {
  platform: NodeJS.Platform
  uid: number | string
  /** Says where the session bus of the keychain is. */
  env: Readonly<Record<string, string | undefined>>
  /** Epoch milliseconds. */
  now: () => number
  talk: { say(line: string): void }
  /** Ends a wait for the keychain at once, with its reason. */
  signal: AbortSignal
  /** Told of calls that only the end of the process can cancel: see `KeytarKeychain`. Unused on Linux. */
  onNativeCall?: (call: Promise<unknown>) => void
}

export interface StoreOptions {
  kind: 'keychain' | 'file'
  profile: string
  issuer: string
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
  if (options.kind === 'file') return createFileStore(dependencies, options)
  const isWindows = dependencies.platform === 'win32'
  return createKeychainStore(
    { ...dependencies, keychain: keychainOf(dependencies) },
    { profile, issuer, limitSeconds, ...(isWindows && { maxItemBytes: WINDOWS_ITEM_BYTES }) },
  )
}

function keychainOf(dependencies: StoreDependencies): Keychain {
  const { platform, onNativeCall = () => undefined } = dependencies
  if (platform === 'darwin' || platform === 'win32') return createKeytarKeychain({ onNativeCall })
  return createSecretServiceKeychain(dependencies)
}
