import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** The environment of a person who has never run any of the programs: every folder they use lies in `folder`. */
export function emptyHome(folder: string) {
  const home = {
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
  }
  mkdirSync(home.XDG_RUNTIME_DIR, { recursive: true, mode: 0o700 })
  return home
}
