import { Command } from 'commander'
import { AuthcliError, type ErrorCode } from '../errors.js'
import { requireSession } from '../session/stored-session.js'
import type { CommandContext, GlobalFlags, OpenContext } from './command-context.js'
import { explainForProfile, requireLoggedInProfile } from './logged-in-profile.js'
import { openProfileStore } from './profile-store.js'
import { openSessionEdges } from './session-edges.js'
import { variable } from './settings.js'
import { type LoggedIn, statusDocument, statusLines } from './status-report.js'
import { createStyle } from './style.js'
import { visibleJson } from './visible-text.js'

type Flags = GlobalFlags & { json?: true }

const EXAMPLES = `
Examples:
  $ authcli status
  $ authcli status --profile work
  $ authcli status --json | jq -r .account.username

Asks nobody over the network. The exit code is 4 when nobody is logged in.`

const NOBODY_CODES: readonly ErrorCode[] = ['NOT_LOGGED_IN', 'SESSION_MISSING', 'SESSION_UNREADABLE']

/** `authcli status` */
export function statusCommand(openContext: OpenContext): Command {
  return new Command('status')
    .description('show who is logged in, and where that is kept')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (_flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      await showStatus(openContext(flags), flags)
    })
}

async function showStatus(context: CommandContext, flags: Flags): Promise<void> {
  const { output, talk, dependencies } = context
  const { env, now, stdout } = dependencies
  try {
    const status = await readStatus(context)
    const lines = flags.json
      ? [visibleJson(statusDocument(status))]
      : statusLines(status, now(), createStyle(stdout, env))
    await output.write(`${lines.join('\n')}\n`)
  } catch (error) {
    if (flags.json && error instanceof AuthcliError && NOBODY_CODES.includes(error.code)) {
      await output.write(`${visibleJson({ loggedIn: false })}\n`)
    }
    throw error
  } finally {
    const used = ['AUTHCLI_TOKEN', 'AUTHCLI_CLIENT_SECRET'].find((name) => variable(env, name) !== undefined)
    if (used !== undefined) talk.warn(`${used} is set: \`get-items\` uses it instead of a login`)
  }
}

async function readStatus(context: CommandContext): Promise<LoggedIn> {
  const loggedIn = await requireLoggedInProfile(context)
  const { name, profile } = loggedIn
  const edges = openSessionEdges(context)
  const store = openProfileStore(context, edges, name, profile)
  try {
    const session = requireSession(store, await store.read())
    context.trace({ event: 'session-read', store: store.kind })
    return { profileName: name, session, store }
  } catch (error) {
    throw await explainForProfile(error, context, loggedIn)
  }
}
