import { type Command, CommanderError } from 'commander'
import { AuthcliError } from '../errors.js'
import { createInterruption } from '../interruption.js'
import { createCommandContext, type GlobalFlags } from './command-context.js'
import { createOutput } from './output.js'
import { createProgram } from './program.js'
import { reportError } from './report-error.js'
import type { RunDependencies } from './run-dependencies.js'
import { createTalk } from './talk.js'

/**
 * Runs authcli once: reads the arguments, does what they say, and gives back the exit code. Writes data to
 * stdout and everything else to stderr; touches nothing else of the process. Ends as soon as
 * `dependencies.signal` says so, apart from what must not be cut in two.
 */
export async function run(dependencies: RunDependencies): Promise<number> {
  const { argv, env, stdout, stderr } = dependencies
  // Whoever writes learns of a broken stream there; without a listener it would end the process.
  stdout.on('error', () => {})
  stderr.on('error', () => {})

  let flags: GlobalFlags = {}
  let help = ''
  const talk = () => createTalk({ stderr, env, isQuiet: flags.quiet === true })
  const interruption = createInterruption(dependencies.signal, () =>
    talk().insist(
      'authcli: finishing what must not be cut in two, then ending; Ctrl-C again ends it at once',
    ),
  )
  const program = await createProgram(dependencies, {
    openContext(parsed) {
      flags = parsed
      return createCommandContext(dependencies, interruption, parsed)
    },
    printHelp(text) {
      help += text
    },
  })
  const work = program.parseAsync([...argv], { from: 'user' }).catch(async (error: unknown) => {
    const wasAskedFor = error instanceof CommanderError && error.exitCode === 0
    if (!wasAskedFor) throw error
    await createOutput(stdout).write(help)
  })
  try {
    await Promise.race([work, interrupted(interruption.signal)])
    return 0
  } catch (error) {
    // What was under way may have ended before we heard of the interruption, with whatever error.
    const reason = interruption.signal.aborted ? interruptedError() : error
    // Behind the ^C that a terminal shows.
    if (interruption.signal.aborted && stderr.isTTY) talk().insist()
    const command = calledCommand(program, argv)
    return reportError(reason, talk(), { isVerbose: flags.verbose === true, command })
  }
}

/** The words of the command that was called, `profile use`, as far as they are known. */
function calledCommand(program: Command, argv: readonly string[]): string | undefined {
  const called = program.commands.find((each) => argv.includes(each.name()))
  if (called === undefined) return undefined
  const below = calledCommand(called, argv)
  return below === undefined ? called.name() : `${called.name()} ${below}`
}

/** Never resolves; rejects when the person wants to end. */
function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const interrupt = () => reject(interruptedError())
    if (signal.aborted) interrupt()
    signal.addEventListener('abort', interrupt, { once: true })
  })
}

function interruptedError(): AuthcliError {
  return new AuthcliError('INTERRUPTED', 'interrupted')
}
