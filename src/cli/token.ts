import { Command, Option } from 'commander'
import type { AccessToken } from '../session/access-tokens.js'
import { openApiAccess } from './api-access.js'
import type { CommandContext, GlobalFlags, OpenContext } from './command-context.js'
import { minimumLifeOption } from './minimum-life.js'
import { visibleJson } from './visible-text.js'

type Flags = GlobalFlags & { minTtl?: number; header?: true; json?: true }

const EXAMPLES = `
Examples:
  $ authcli token --header | curl -H @- https://api.example.com/items
  $ curl -H "$(authcli token --header)" https://api.example.com/items
  $ authcli token --min-ttl 300 > token.txt        good for five minutes at least
  $ authcli token --json | jq -r .expiresAt

The token is refreshed first when that is due. Whoever has it can do what you can do with the
API until it expires: the first line keeps it out of the list of processes, the second does not.`

/** `authcli token` */
export function tokenCommand(openContext: OpenContext): Command {
  return new Command('token')
    .description('print an access token, for other programs')
    .addOption(minimumLifeOption())
    .option('--header', 'as a line of HTTP: `Authorization: Bearer …`')
    .addOption(new Option('--json', 'as one JSON object, with its end and its API').conflicts('header'))
    .addHelpText('after', EXAMPLES)
    .action(async (_flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      await printToken(openContext(flags), flags)
    })
}

async function printToken(context: CommandContext, flags: Flags): Promise<void> {
  const access = await openApiAccess(context)
  try {
    const token = await access.accessTokens.lasting(flags.minTtl ?? 0)
    await context.output.write(`${format(token, access.resource, flags)}\n`)
  } catch (error) {
    throw await access.explain(error)
  }
}

function format({ accessToken, expiresAt }: AccessToken, resource: string, flags: Flags): string {
  if (flags.header) return `Authorization: Bearer ${accessToken}`
  if (!flags.json) return accessToken
  return visibleJson({
    accessToken,
    tokenType: 'Bearer',
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    resource,
  })
}
