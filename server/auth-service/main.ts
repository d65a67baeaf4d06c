import { Command, CommanderError, type OutputConfiguration } from 'commander'
import { registerAccounts } from './commands/accounts/accounts.js'
import { registerClients } from './commands/clients/clients.js'
import { registerData } from './commands/data/data.js'
import { registerKeys } from './commands/keys/keys.js'
import { InterruptedError } from './commands/password-input.js'
import { registerProviders } from './commands/providers/providers.js'
import { registerResources } from './commands/resources/resources.js'
import { readServerConfiguration } from './configuration.js'
import type { Edges } from './edges.js'
import { OperatorError } from './operator-error.js'
import { OPTIONS } from './options.js'
import { serve } from './serve.js'

const EXIT_FAILED = 1
const EXIT_USAGE = 2
const EXIT_INTERRUPTED = 130

const EXAMPLES = `
Examples:
  $ auth-service --dev
  $ auth-service accounts add ada --name 'Ada Lovelace'
  $ auth-service resources add https://api.example.org --scopes 'items:read items:write'
  $ auth-service clients add 'My app' --redirect-uri http://127.0.0.1/callback
  $ auth-service clients add 'Nightly build' --client-credentials \\
      --resource https://api.example.org --scopes 'items:read'
  $ auth-service providers add github --github --client-id Iv1.1234
  $ auth-service backup auth-service.backup

Settings that are read from the environment only:
${Object.values(OPTIONS)
  .filter((option) => option.flag === undefined)
  .map((option) => `  ${(option.variable ?? '').padEnd(30)} ${option.help}`)
  .join('\n')}
Every other setting is a flag or a variable; the flag counts first.`

/** Runs the command line and gives its exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function run(edges: Edges): Promise<number> {
  try {
    await createProgram(edges).parseAsync([...edges.argv], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
    if (error instanceof InterruptedError) return EXIT_INTERRUPTED
    if (!isForOperator(error)) throw error
    edges.stderr.write(`auth-service: ${error.message}\n`)
    if ('hint' in error && error.hint) edges.stderr.write(`auth-service: hint: ${error.hint}\n`)
    return EXIT_FAILED
  }
}

/** What the operator can put right, be it what the system refused (a full disk, a folder of somebody else). */
function isForOperator(error: unknown): error is OperatorError | NodeJS.ErrnoException {
  return error instanceof OperatorError || (error instanceof Error && 'syscall' in error)
}

function createProgram(edges: Edges): Command {
  const program = new Command('auth-service')
    .description('An OAuth 2.1 and OpenID Connect authorization server.')
    .version(edges.version, '--version', 'print the version')
    .configureOutput(outputOf(edges))
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES)
  for (const option of Object.values(OPTIONS)) {
    if (option.flag !== undefined) program.option(option.flag, describe(option))
  }
  registerAccounts(program, edges)
  registerClients(program, edges)
  registerResources(program, edges)
  registerProviders(program, edges)
  registerKeys(program, edges)
  registerData(program, edges)
  // After the commands, which would inherit it: a word that is none of them is answered here.
  program.allowExcessArguments().action((flags: Record<string, unknown>, { args }: Command) => {
    if (args.length > 0) program.error(`error: there is no command ${args[0]}`)
    return serve(
      edges,
      readServerConfiguration({ flags, env: edges.env, homeDirectory: edges.homeDirectory }),
    )
  })
  return program
}

function describe({ help, variable, fallback }: (typeof OPTIONS)[keyof typeof OPTIONS]): string {
  const hasDefault = typeof fallback === 'number' || typeof fallback === 'string'
  const more = [variable, hasDefault ? `default ${fallback}` : undefined].filter(Boolean)
  return more.length === 0 ? help : `${help} (${more.join(', ')})`
}

function outputOf({ stdout, stderr }: Edges): OutputConfiguration {
  return {
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    outputError: (text, write) => write(text.replace(/^error: /, 'auth-service: ')),
  }
}
