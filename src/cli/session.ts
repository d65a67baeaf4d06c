import { Command } from 'commander'
import type { GlobalFlags, OpenContext } from './command-context.js'
import { type MoveFlags, moveToStore } from './session-move.js'
import { storeOption } from './store-option.js'

const EXAMPLES = `
Examples:
  $ authcli session move --to keychain
  $ authcli session move --to file                 sealed under AUTHCLI_STORE_KEY

The session is what a login leaves. \`authcli status\` says where it is.`

const MOVE_EXAMPLES = `
Examples:
  $ authcli session move --to keychain
  $ AUTHCLI_STORE_KEY=$(cat key) authcli session move --to file
  $ authcli session move --to file --insecure-plaintext
  $ authcli session move --to keychain --profile work

You stay logged in. The session is written to the new place and read back before it is removed from
the old one; commands that run meanwhile go on.`

/** `authcli session` and its subcommands. */
export function sessionCommand(openContext: OpenContext): Command {
  const session = new Command('session')
    .description('say where the session is kept')
    .addHelpText('after', EXAMPLES)
  session
    .command('move')
    .description('move the session to another store, without a new login')
    .addOption(
      storeOption('--to <kind>', 'where to keep it from now on', ['keychain', 'file']).makeOptionMandatory(),
    )
    .option('--insecure-plaintext', 'let the file store keep it unsealed')
    .addHelpText('after', MOVE_EXAMPLES)
    .action(async (_flags, command: Command) => {
      const flags = command.optsWithGlobals<GlobalFlags & MoveFlags>()
      await moveToStore(openContext(flags), flags)
    })
  return session
}
