import { Command, Option } from 'commander'
import type { GlobalFlags, OpenContext } from '../command-context.js'
import { listProfiles } from './list.js'
import { removeProfile } from './remove.js'
import { switchToProfile } from './use.js'

const EXAMPLES = `
Examples:
  $ authcli profile list
  $ authcli profile use work
  $ authcli profile remove work

A profile is a login of its own: an account at an API. \`authcli login --profile NAME\` makes one;
the first one is the current one, which commands are about that name none. AUTHCLI_PROFILE and
--profile name another one.`

const LIST_EXAMPLES = `
Examples:
  $ authcli profile list
  $ authcli profile list --json | jq -r '.[] | select(.current) | .account'

Asks nobody, neither over the network nor the keychain. The star marks the current profile.`

const USE_EXAMPLES = `
Examples:
  $ authcli profile use work
  $ AUTHCLI_PROFILE=work authcli get-items         in one command only
  $ authcli get-items --profile work               the same`

const REMOVE_EXAMPLES = `
Examples:
  $ authcli profile remove work

The login ends like with \`authcli logout\`: here first, then at the AuthService; a warning says so
when that one could not be reached. Then the profile is forgotten.`

/** `authcli profile` and its subcommands. */
export function profileCommand(openContext: OpenContext): Command {
  const profile = new Command('profile')
    .description('show, change and remove the logins that you have')
    .addHelpText('after', EXAMPLES)
  profile
    .command('list')
    .description('list the profiles: account, API, and where the session is')
    .option('--json', 'as one JSON array, with one profile a line')
    .addOption(new Option('--names', 'nothing but names, for shell completion').conflicts('json').hideHelp())
    .addHelpText('after', LIST_EXAMPLES)
    .action(async (_flags, command: Command) => {
      const flags = command.optsWithGlobals<GlobalFlags & { json?: true; names?: true }>()
      await listProfiles(openContext(flags), flags)
    })
  profile
    .command('use')
    .description('make a profile the current one')
    .argument('<profile>', 'its name')
    .addHelpText('after', USE_EXAMPLES)
    .action(async (name: string, _flags, command: Command) => {
      await switchToProfile(openContext(command.optsWithGlobals<GlobalFlags>()), name)
    })
  profile
    .command('remove')
    .description('end the login of a profile, and forget the profile')
    .argument('<profile>', 'its name')
    .addHelpText('after', REMOVE_EXAMPLES)
    .action(async (name: string, _flags, command: Command) => {
      await removeProfile(openContext(command.optsWithGlobals<GlobalFlags>()), name)
    })
  return profile
}
