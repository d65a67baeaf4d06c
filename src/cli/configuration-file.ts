import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AuthcliError } from '../errors.js'
import { type FileOwner, NotPrivate, preparePrivateFile, writePrivateFile } from '../session/private-file.js'
import type { SessionLock } from '../session/session-lock.js'
import {
  type Configuration,
  EMPTY_CONFIGURATION,
  formatConfiguration,
  type Profile,
  parseConfiguration,
  withProfile,
} from './configuration.js'

/** The file in which profiles are remembered. */
export interface ConfigurationFile {
  /**
   * What the file says now; an empty configuration when there is no file yet.
   * @throws AuthcliError USAGE when it can't be read or understood. It is left as it is.
   */
  read(): Promise<Configuration>
  /**
   * Finds out, before a person is bothered with a login, whether the file could be written.
   * @throws AuthcliError STORE_FAILED
   */
  prepare(): Promise<void>
  /**
   * Changes one profile, or makes it. Reads the file again first, under its lock, so that what others wrote
   * meanwhile stays, and replaces it whole: nobody ever reads half a file.
   * @throws AuthcliError USAGE as for `read`, STORE_FAILED when it can't be written, LOCK_TIMEOUT.
   */
  updateProfile(
    lock: SessionLock,
    name: string,
    change: (profile: Profile | undefined) => Profile,
  ): Promise<void>
  /** Changes the whole, in the same way. */
  update(lock: SessionLock, change: (configuration: Configuration) => Configuration): Promise<void>
}

export function configurationFileIn(
  directory: string,
  dependencies: FileOwner & { now: () => number },
): ConfigurationFile {
  const path = join(directory, 'config.json')
  const read = async () => {
    const text = readText(path)
    return text === undefined ? EMPTY_CONFIGURATION : parseConfiguration(text, path)
  }
  const update: ConfigurationFile['update'] = (lock, change) =>
    lock.hold([`file ${path}`], async () => {
      const changedText = formatConfiguration(change(await read()))
      await explained(path, () => writePrivateFile(path, changedText, dependencies, dependencies.now()))
    })
  return {
    read,
    prepare: () => explained(path, () => preparePrivateFile(path, dependencies)),
    update,
    updateProfile: (lock, name, change) =>
      update(lock, (configuration) =>
        withProfile(configuration, name, change(configuration.profiles.get(name))),
      ),
  }
}

function readText(path: string): string | undefined {
  try {
    // At once: every command reads it first, and has nothing else to do meanwhile.
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return undefined
    throw new AuthcliError('USAGE', `the configuration file ${path} can't be read (${code})`, {
      cause: error,
    })
  }
}

async function explained(path: string, job: () => Promise<void>): Promise<void> {
  try {
    await job()
  } catch (error) {
    const { problem, hint } =
      error instanceof NotPrivate ? error : { problem: `can't be written (${codeOf(error)})` }
    // Of its folder it is said as "…/config.json's folder".
    const space = problem.startsWith("'") ? '' : ' '
    throw new AuthcliError('STORE_FAILED', `the configuration file ${path}${space}${problem}`, {
      cause: error,
      ...(hint !== undefined && { hint }),
    })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
