import { createAbstractSocketNames } from './abstract-socket-names.js'
import { createExclusiveFileNames, MACOS_OPEN, WINDOWS_OPEN } from './exclusive-file-names.js'
import type { LockNames } from './session-lock.js'

/**
 * What an operating system has for names that its kernel frees.
 * @param options.lockFolder a folder of this user that does not depend on the environment; unused on Linux
 */
export function lockNamesFor(options: {
  platform: NodeJS.Platform
  pid: number
  lockFolder: string
}): LockNames {
  if (options.platform === 'linux') return createAbstractSocketNames(options.pid)
  const how = options.platform === 'win32' ? WINDOWS_OPEN : MACOS_OPEN
  return createExclusiveFileNames(options.lockFolder, how)
}
