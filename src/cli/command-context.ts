import type { Interruption } from '../interruption.js'
import type { Trace } from '../trace.js'
import { type ConfigurationFile, configurationFileIn } from './configuration-file.js'
import { type Directories, directoriesFor } from './directories.js'
import { createOutput, type Output } from './output.js'
import type { RunDependencies } from './run-dependencies.js'
import { createTalk, type Talk } from './talk.js'
import { createTraceLines } from './trace-lines.js'

/** The flags that every command knows. */
export interface GlobalFlags {
  profile?: string
  verbose?: true
  quiet?: true
}

/** What a command works with. */
export interface CommandContext {
  dependencies: RunDependencies
  /** To stderr. */
  talk: Talk
  /** To stdout. */
  output: Output
  trace: Trace
  /** SIGINT or SIGTERM, as far as nothing is held back. */
  interruption: Interruption
  directories: Directories
  configurationFile: ConfigurationFile
  /** The `--profile` flag. */
  profileFlag: string | undefined
}

/** Makes the context of a command, once its flags are known. */
export type OpenContext = (flags: GlobalFlags) => CommandContext

export function createCommandContext(
  dependencies: RunDependencies,
  interruption: Interruption,
  flags: GlobalFlags,
): CommandContext {
  const { stdout, stderr, env } = dependencies
  const directories = directoriesFor(dependencies)
  return {
    dependencies,
    talk: createTalk({ stderr, env, isQuiet: flags.quiet === true }),
    output: createOutput(stdout),
    trace: flags.verbose === true ? createTraceLines(stderr) : () => {},
    interruption,
    directories,
    configurationFile: configurationFileIn(directories.configuration, dependencies),
    profileFlag: flags.profile,
  }
}
