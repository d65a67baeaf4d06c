import { AuthcliError } from '../errors.js'
import { createInterruption } from '../interruption.js'
import { createCommandContext, type GlobalFlags } from './command-context.js'
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
  const talk = () => createTalk({ stderr, env, isQuiet: flags.quiet === true })
  const interruption = createInterruption(dependencies.signal, () =>
    talk().insist('authcli: finishing what must not be cut in two, then ending'),
  )
  const program = createProgram(dependencies, (parsed) => {
    flags = parsed
    return createCommandContext(dependencies, interruption, parsed)
  })
  try {
    const work = program.parseAsync([...argv], { from: 'user' })
    await Promise.race([work, interrupted(interruption.signal)])
    return 0
  } catch (error) {
    return reportError(error, talk(), { isVerbose: flags.verbose === true })
  }
}

/** Never resolves; rejects when the person wants to end. */
function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const interrupt = () => reject(new AuthcliError('INTERRUPTED', 'interrupted'))
    if (signal.aborted) interrupt()
    signal.addEventListener('abort', interrupt, { once: true })
  })
}
