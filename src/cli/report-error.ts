import { CommanderError } from 'commander'
import { AuthcliError, EXIT_CODES } from '../errors.js'
import { ProgramEnded } from './exec/program-ended.js'
import { OutputClosed, OutputFailed } from './output.js'
import type { Talk } from './talk.js'

/**
 * Says why a command ended, and gives back its exit code. What authcli did not expect gets one clean line;
 * its stack is shown with `--verbose` only.
 * @param options.command the command that was called, as far as it is known
 */
export function reportError(
  error: unknown,
  talk: Talk,
  options: { isVerbose: boolean; command: string | undefined },
): number {
  if (error instanceof OutputClosed) return 0
  if (error instanceof ProgramEnded) return error.exitCode
  if (error instanceof AuthcliError) {
    talk.fail(error.message, error.hint)
    return EXIT_CODES[error.code]
  }
  if (error instanceof CommanderError) return reportCommandLine(error, talk, options.command)
  if (error instanceof OutputFailed) {
    talk.fail(error.message)
    return 1
  }
  const name = error instanceof Error ? error.name : typeof error
  talk.fail(`something went wrong that authcli did not expect (${name})`, hintFor(options.isVerbose))
  if (options.isVerbose && error instanceof Error) talk.insist(placesOf(error))
  return 1
}

function reportCommandLine(error: CommanderError, talk: Talk, command: string | undefined): number {
  // Without a command commander has printed the help already.
  if (error.code !== 'commander.help') {
    const [message = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n')
    const didYouMean = /^\(Did you mean (.*)\?\)$/.exec(suggestion)?.[1]
    const help = `run \`authcli ${command === undefined ? '' : `${command} `}--help\``
    talk.fail(message.replace(/\.$/, ''), didYouMean === undefined ? help : `did you mean ${didYouMean}?`)
  }
  return EXIT_CODES.USAGE
}

/** The stack without its first lines: the message of an unknown error may quote what it was working on. */
function placesOf(error: Error): string {
  const lines = error.stack?.split('\n') ?? []
  return lines.filter((line) => /^\s+at /.test(line)).join('\n')
}

function hintFor(isVerbose: boolean): string {
  return isVerbose ? 'please report this, with what follows' : 'run it again with `--verbose` to see where'
}
