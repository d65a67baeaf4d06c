import { Command } from 'commander'
import type { OpenContext } from './command-context.js'
import { getItemsCommand } from './get-items.js'
import { loginCommand } from './login.js'
import { logoutCommand } from './logout.js'
import type { RunDependencies } from './run-dependencies.js'
import { statusCommand } from './status.js'
import { createStyle } from './style.js'

const EXAMPLES = `
Examples:
  $ authcli login --api https://api.example.com   log in; the browser opens
  $ authcli get-items                             the items as a table
  $ authcli get-items --all | jq '.[].title'      every item, as JSON
  $ authcli status                                who is logged in, and where that is kept
  $ authcli logout                                end it

Exit codes:
  0 ok · 1 failed · 2 wrong usage · 4 log in first · 5 a service can't be reached · 130 interrupted

Environment:
  AUTHCLI_PROFILE, AUTHCLI_API, AUTHCLI_ISSUER, AUTHCLI_CLIENT_ID, AUTHCLI_SCOPE, AUTHCLI_STORE
                       like the flags of these names
  AUTHCLI_STORE_KEY    32 bytes in base64, to seal the file store with
  AUTHCLI_TOKEN        an access token to use as it is: never refreshed, never stored
  NO_COLOR             no colours`

/** The command line: all commands and the flags that each of them knows. */
export function createProgram(dependencies: RunDependencies, openContext: OpenContext): Command {
  const { stdout, stderr, env } = dependencies
  const program = new Command('authcli')
  program
    .description('Log in once in the browser, and stay logged in on the command line.')
    .option('--profile <name>', 'use the login of this name (default: the current profile)')
    .option('--verbose', 'say on stderr what goes over the wire; never a secret')
    .option('--quiet', 'say nothing but errors and what you must know')
    .version(dependencies.version, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // What is wrong with a command line is said by `reportError`, like everything else that is wrong.
      outputError: () => {},
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => createStyle(stdout, env).bold('x') !== 'x',
      getErrHasColors: () => createStyle(stderr, env).bold('x') !== 'x',
      stripColor: (text) => text,
    })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => createStyle(stdout, env).bold(title),
    })
  for (const command of [loginCommand, getItemsCommand, statusCommand, logoutCommand]) {
    const subcommand = command(openContext)
    program.addCommand(subcommand.copyInheritedSettings(program).helpOption('--help', 'show this help'))
  }
  return program
}
