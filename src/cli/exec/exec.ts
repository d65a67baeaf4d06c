import { Command } from 'commander'
import { openApiAccess } from '../api-access.js'
import type { CommandContext, GlobalFlags, OpenContext } from '../command-context.js'
import { minimumLifeOption } from '../minimum-life.js'
import { withoutSecrets } from '../secret-variables.js'
import { visibleText } from '../visible-text.js'
import { runChildProgram } from './child-program.js'
import { ProgramEnded } from './program-ended.js'

type Flags = GlobalFlags & { minTtl?: number }

/** As shells say it. */
const NOT_FOUND = 127
const NOT_STARTED = 126

const EXAMPLES = `
Examples:
  $ authcli exec -- ./upload.sh
  $ authcli exec --min-ttl 300 -- python3 report.py
  $ authcli exec -- sh -c 'echo "the token has \${#AUTHCLI_ACCESS_TOKEN} characters"'

The program finds an access token in AUTHCLI_ACCESS_TOKEN, and none of authcli's own secrets. It is
refreshed before, not while the program runs. Signals are passed on, and the exit code is the
program's: 128+n when a signal ended it, 126 when it can't be started, 127 when it is not there.`

/** `authcli exec` */
export function execCommand(openContext: OpenContext): Command {
  return new Command('exec')
    .description('run a program with an access token in its environment')
    .argument('<command...>', 'the program and its arguments, after `--`')
    .addOption(minimumLifeOption())
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], _flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      await runProgram(openContext(flags), words, flags)
    })
}

async function runProgram(
  context: CommandContext,
  [command = '', ...args]: string[],
  { minTtl = 0 }: Flags,
): Promise<void> {
  const { env, takeSignals = () => () => {}, stdin, stdout, stderr } = context.dependencies
  const hasTerminal = [stdin, stdout, stderr].some(({ isTTY }) => isTTY === true)
  const access = await openApiAccess(context)
  const { accessToken } = await access.accessTokens.lasting(minTtl).catch(async (error: unknown) => {
    throw await access.explain(error)
  })
  context.interruption.signal.throwIfAborted()
  const end = await runChildProgram({
    command,
    args,
    env: { ...withoutSecrets(env), AUTHCLI_ACCESS_TOKEN: accessToken },
    takeSignals,
    // A terminal sends the signal of Ctrl-C to all who run in it.
    isFromKeyboard: (signal) => signal === 'SIGINT' && hasTerminal,
  })
  if ('exitCode' in end) throw new ProgramEnded(end.exitCode)
  if ('notFound' in end) {
    context.talk.fail(`there is no program ${visibleText(JSON.stringify(command))}`)
    throw new ProgramEnded(NOT_FOUND)
  }
  context.talk.fail(
    `the program ${visibleText(JSON.stringify(command))} can't be started (${end.notStarted})`,
  )
  throw new ProgramEnded(NOT_STARTED)
}
