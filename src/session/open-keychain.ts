import type { Keychain } from './keychain.js'
import { createKeytarKeychain } from './keytar-keychain.js'
import { createSecretServiceKeychain } from './secret-service-keychain.js'

export interface KeychainDependencies {
  /** The program whose items they are. Default: authcli. */
  service?: string
  platform: NodeJS.Platform
  uid: number | string
  /** Says where the session bus of the keychain is. */
  env: Readonly<Record<string, string | undefined>>
  /** Told of calls that only the end of the process can cancel: see `KeytarKeychain`. Unused on Linux. */
  onNativeCall?: (call: Promise<unknown>) => void
}

/** The keychain of this operating system. Touches nothing before it is asked to. */
export function openKeychain(dependencies: KeychainDependencies): Keychain {
  const { platform, onNativeCall = () => undefined } = dependencies
  if (platform === 'darwin' || platform === 'win32')
    return createKeytarKeychain({ ...dependencies, onNativeCall })
  return createSecretServiceKeychain(dependencies)
}
