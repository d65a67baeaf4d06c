import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyHome } from '../support/empty-home.js'
import { type Program, startProgram } from '../support/processes.js'
import { programFile } from '../support/program-file.js'
import type { DemoKeychain } from './keychain.js'
import type { Call } from './observations.js'
import type { Recorder } from './recorder.js'

/** authcli with a folder and a profile of its own. */
export interface DemoAuthcli {
  /** Starts a command of authcli that the recorder listens to. */
  call(call: Call, args: readonly string[]): Program
  /** Lets authcli wait for the API's 401 instead of refreshing a little before a token expires. */
  turnEarlyRefreshOff(): void
  /** Writes an executable that a person can play with; gives its path. */
  writePlayCommand(): string
  /** Removes the session from where it is kept. */
  logout(): Promise<void>
}

/** `folder` holds everything that authcli writes, but for what it keeps in the keychain. */
export function createDemoAuthcli(folder: string, keychain: DemoKeychain, recorder: Recorder): DemoAuthcli {
  const profile = `demo-${process.pid}`
  const env = {
    ...emptyHome(folder),
    ...keychain.env,
    AUTHCLI_PROFILE: profile,
    AUTHCLI_STORE: keychain.store,
  }
  return {
    call: (call, args) => {
      const program = startProgram('authcli', ['--verbose', ...args], { env, input: '' })
      recorder.hearCall(program, call)
      return program
    },
    turnEarlyRefreshOff: () => {
      const path = join(env.XDG_CONFIG_HOME, 'authcli/config.json')
      const configuration = JSON.parse(readFileSync(path, 'utf8'))
      configuration.profiles[profile].refreshEarly = false
      writeFileSync(path, JSON.stringify(configuration))
    },
    writePlayCommand: () => {
      const path = join(folder, 'authcli')
      const assignments = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`)
      const program = programFile('authcli')
      writeFileSync(
        path,
        `#!/bin/sh\nexec env ${assignments.join(' ')} ${quote(process.execPath)} ${quote(program)} "$@"\n`,
      )
      chmodSync(path, 0o700)
      return path
    },
    logout: async () => {
      await startProgram('authcli', ['--quiet', 'logout'], { env, input: '' }).exited
    },
  }
}

/** As one word of a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
