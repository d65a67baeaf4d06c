import { AuthcliError } from '../errors.js'
import type { SessionSettings } from './session-options.js'

/** What only the command authcli has: flags, variables, other commands than `login`. */
const OF_THE_COMMAND = /`authcli |`--|AUTHCLI_/

/**
 * An error as a person is to read it who uses another program than authcli: it names that one, and its hint says what
 * to type there, or nothing where the hint was about authcli's own flags.
 */
export function applicationError(
  error: unknown,
  { application, loginCommand }: Pick<SessionSettings, 'application' | 'loginCommand'>,
): unknown {
  if (!(error instanceof AuthcliError)) return error
  const hint = error.hint?.replace(/`authcli login(?: [^`]*)?`/g, () => `\`${loginCommand}\``)
  const isOurs = hint !== undefined && !OF_THE_COMMAND.test(hint)
  return new AuthcliError(error.code, applicationLine(error.message, application), {
    cause: error,
    ...(isOurs && { hint }),
  })
}

/** A line that speaks of authcli, as the program that is built on it would say it. Addresses and paths stay. */
export function applicationLine(line: string, application: string): string {
  return line.replace(/(?<![\w./-])authcli(?![\w./-])/g, () => application)
}
