/** How long a call to a keychain may take, and who is told that it takes long. */
export interface KeychainWait {
  /** Aborted when nobody waits any longer: the call then rejects with its reason, at once. */
  signal: AbortSignal
  /** Called when the system asks the person something, such as the password of the keychain. */
  onPrompt(): void
}

/** What lies under a name is so large that nobody reads it. */
export class ItemTooLarge extends Error {}

/**
 * The keychain of an operating system: texts under names, all of them of one program. It fails with whatever its
 * system says; `keychainFailure` translates that.
 */
export interface Keychain {
  /** The name of the program: under it a keychain shows to its user whose items they are. */
  readonly service: string
  /**
   * The text under a name; undefined when there is none.
   * @throws ItemTooLarge
   */
  read(name: string, wait: KeychainWait): Promise<string | undefined>
  /** Whether something may lie there that is not shown. Absent where the system does not tell. */
  isLocked?(wait: KeychainWait): Promise<boolean>
  write(name: string, text: string, wait: KeychainWait): Promise<void>
  /** Removing what is not there is no error. */
  remove(name: string, wait: KeychainWait): Promise<void>
  /** Gives what lies under a name another one, in place of what has that. */
  rename(name: string, newName: string, wait: KeychainWait): Promise<void>
  /** Sees to it that a text could be kept now, as far as that can be known without keeping one. */
  prepare(wait: KeychainWait): Promise<void>
}

/** The service of authcli itself; a program that is built on it has its own. */
export const KEYCHAIN_SERVICE = 'authcli'
