import { isAbsolute, join } from 'node:path'
import { AuthcliError } from '../errors.js'

/** Where authcli keeps its files on one computer for one user. */
export interface Directories {
  /** Holds `config.json`: no secrets. */
  configuration: string
  /** Holds the sessions of the file store. */
  state: string
}

/**
 * The places that each system has for such files. On Linux and other Unix systems the XDG variables count,
 * where they hold an absolute path.
 * @throws AuthcliError USAGE where there is no home to keep files in: never in whatever folder somebody is.
 * @see XDG Base Directory Specification
 */
export function directoriesFor(options: {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  homeDirectory: string
}): Directories {
  const { platform, env, homeDirectory } = options
  const place = (variable: string, ...fallback: string[]) => {
    const value = env[variable]
    return value !== undefined && isAbsolute(value) ? value : below(homeDirectory, ...fallback)
  }
  if (platform === 'darwin') {
    const directory = below(homeDirectory, 'Library', 'Application Support', 'authcli')
    return { configuration: directory, state: directory }
  }
  if (platform === 'win32') {
    return {
      configuration: join(place('APPDATA', 'AppData', 'Roaming'), 'authcli'),
      state: join(place('LOCALAPPDATA', 'AppData', 'Local'), 'authcli'),
    }
  }
  return {
    configuration: join(place('XDG_CONFIG_HOME', '.config'), 'authcli'),
    state: join(place('XDG_STATE_HOME', '.local', 'state'), 'authcli'),
  }
}

function below(homeDirectory: string, ...folders: string[]): string {
  if (isAbsolute(homeDirectory)) return join(homeDirectory, ...folders)
  throw new AuthcliError('USAGE', 'there is no home folder to keep files in: HOME holds no absolute path', {
    hint: 'set HOME to a folder of yours',
  })
}
