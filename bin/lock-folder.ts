import { userInfo } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** By the user, not by the environment: all processes of a user must meet there. Linux needs none. */
export function lockFolder(): string {
  if (process.platform === 'win32') return join(userInfo().homedir, 'AppData', 'Local', 'authcli', 'locks')
  return process.platform === 'linux' ? '' : join(userInfo().homedir, 'Library', 'Caches', 'authcli', 'locks')
}
