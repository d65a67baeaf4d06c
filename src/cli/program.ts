import { Command } from 'commander'
import type { OpenContext } from './command-context.js'
import type { RunDependencies } from './run-dependencies.js'
import { createStyle, type Style } from './style.js'

/** Makes one command; its options are known at once, what it does is loaded when it runs. */
type MakeCommand = (openContext: OpenContext) => Command

/** Every command, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  login: async () => (await import('./login/login.js')).loginCommand,
  'get-items': async () => (await import('./get-items.js')).getItemsCommand,
  api: async () => (await import('./api/api.js')).apiCommand,
  token: async () => (await import('./token.js')).tokenCommand,
  exec: async () => (await import('./exec/exec.js')).execCommand,
  status: async () => (await import('./status.js')).statusCommand,
  logout: async () => (await import('./logout.js')).logoutCommand,
  profile: async () => (await import('./profile/profile.js')).profileCommand,
  session: async () => (await import('./session.js')).sessionCommand,
  doctor: async () => (await import('./doctor/doctor.js')).doctorCommand,
  completion: async () => (await import('./completion/completion.js')).completionCommand,
}

/** Words that make a command line speak of all commands. */
const ABOUT_ALL = ['help', '--help', 'completion']

const EXAMPLES = `
Examples:
  $ authcli login --api https://api.example.com   log in; the browser opens
  $ authcli get-items                             the items as a table
  $ authcli get-items --all | jq '.[].title'      every item, as JSON
  $ authcli api POST /items --field title=Tea     any request to the API
  $ authcli token                                 an access token, for other programs
  $ authcli exec -- ./upload.sh                   a program with a token in its environment
  $ authcli status                                who is logged in, and where that is kept
  $ authcli profile use work                      go on with another of your logins
  $ authcli doctor                                what a login needs, and what is wrong with it
  $ authcli logout                                end it

Exit codes:
  0 ok · 1 failed · 2 wrong usage · 4 log in first · 5 a service can't be reached · 130 interrupted

Environment:
  AUTHCLI_PROFILE, AUTHCLI_API, AUTHCLI_ISSUER, AUTHCLI_CLIENT_ID, AUTHCLI_SCOPE, AUTHCLI_STORE,
  AUTHCLI_DEVICE_NAME  like the flags of these names
  AUTHCLI_STORE_KEY    32 bytes in base64, to seal the file store with
  AUTHCLI_TOKEN        an access token to use as it is: never refreshed, never stored
  AUTHCLI_CLIENT_SECRET
                       with AUTHCLI_CLIENT_ID: tokens for a service itself, kept in memory only
  AUTHCLI_KEYCHAIN_TIMEOUT
                       seconds that the keychain may take (60 on a terminal, else 10)
  NO_COLOR             no colours`

/**
 * The command line: the commands that the arguments may mean, and the flags that each of them knows.
 * @param options.printHelp is given help and version that were asked for; help that was not goes to stderr
 */
export async function createProgram(
  dependencies: RunDependencies,
  options: { openContext: OpenContext; printHelp: (text: string) => void },
): Promise<Command> {
  const { stdout, stderr, env } = dependencies
  const program = new Command('authcli')
  program
    .description('Log in once in the browser, and stay logged in on the command line.')
    .option('--profile <name>', 'use the login of this name (default: the current profile)')
    .option('--verbose', 'say on stderr what goes over the wire; never a secret')
    .option('--quiet', 'say nothing but errors and what you must know')
    .version(dependencies.version, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => options.printHelp(withTitles(text, createStyle(stdout, env))),
      writeErr: (text) => stderr.write(withTitles(text, createStyle(stderr, env))),
      // What is wrong with a command line is said by `reportError`, like everything else that is wrong.
      outputError: () => {},
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    })
    .configureHelp({ showGlobalOptions: true })
  for (const load of commandsIn(dependencies.argv)) {
    program.addCommand(inheritedFrom(program, (await load())(options.openContext)))
  }
  return program
}

/** The command with the settings of the program, and its own subcommands as well. */
function inheritedFrom(program: Command, command: Command): Command {
  command.copyInheritedSettings(program).helpOption('--help', 'show this help').helpCommand(false)
  for (const subcommand of command.commands) inheritedFrom(command, subcommand)
  return command
}

/** Those that are named among the arguments; all, where any of them may be spoken of. */
function commandsIn(argv: readonly string[]): (() => Promise<MakeCommand>)[] {
  const named = Object.entries(COMMANDS).filter(([name]) => argv.includes(name))
  const isAboutAll = named.length === 0 || ABOUT_ALL.some((word) => argv.includes(word))
  return isAboutAll ? Object.values(COMMANDS) : named.map(([, load]) => load)
}

/** Marks the titles of a help text, those of commander and ours alike. */
function withTitles(text: string, style: Style): string {
  return text.replace(/^(Usage:|[A-Z][a-z]+( [a-z]+| Options)?:$)/gm, (title) => style.bold(title))
}
