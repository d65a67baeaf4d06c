import { Command, Option } from 'commander'
import { listItems } from '../api/items.js'
import { openApiAccess } from './api-access.js'
import type { CommandContext, GlobalFlags, OpenContext } from './command-context.js'
import { chooseItemsFormat, createItemsOutput } from './items-output.js'
import { readCount } from './read-count.js'
import { createStyle } from './style.js'

type Flags = GlobalFlags & { limit?: number; all?: true; json?: true; jsonl?: true }

const MAX_LIMIT = 200

/** Of a terminal that does not say how wide it is. */
const DEFAULT_WIDTH = 80

const EXAMPLES = `
Examples:
  $ authcli get-items
  $ authcli get-items --limit 5
  $ authcli get-items --all | jq length
  $ authcli get-items --all --jsonl | while read -r item; do …; done
  $ AUTHCLI_TOKEN=… AUTHCLI_API=https://api.example.com authcli get-items

On a terminal items are shown as a table. Everywhere else they are one JSON array, with one item a
line, written as the pages come in.`

/** `authcli get-items` */
export function getItemsCommand(openContext: OpenContext): Command {
  return new Command('get-items')
    .description('list your items')
    .option(
      '--limit <n>',
      `at most so many, up to ${MAX_LIMIT}; with --all: so many a request`,
      readCount(1, MAX_LIMIT),
    )
    .option('--all', 'every page, not only the first')
    .option('--json', 'as one JSON array, on a terminal too')
    .addOption(new Option('--jsonl', 'as one JSON object a line').conflicts('json'))
    .addHelpText('after', EXAMPLES)
    .action(async (_flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      await getItems(openContext(flags), flags)
    })
}

async function getItems(context: CommandContext, flags: Flags): Promise<void> {
  const { stdout, env, now } = context.dependencies
  const access = await openApiAccess(context)
  const { limit, all = false } = flags
  const pages = listItems(access, { ...access, all, ...(limit !== undefined && { limit }) })

  const format = chooseItemsFormat(flags, stdout)
  const width = stdout.columns || DEFAULT_WIDTH
  const style = createStyle(stdout, env)
  const items = createItemsOutput(format, context.output, { width, now: now(), style })
  let count = 0
  try {
    let page = await pages.next()
    for (; !page.done; page = await pages.next()) {
      count += page.value.length
      await items.page(page.value)
    }
    await items.end()
    if (format === 'table') sayHowMany(context, count, page.value)
  } catch (error) {
    throw await access.explain(error)
  }
}

function sayHowMany({ talk }: CommandContext, count: number, hasMore: boolean): void {
  const { dim } = talk.style
  const items = count === 0 ? 'You have no items.' : `${count} item${count === 1 ? '' : 's'}`
  talk.say(dim(hasMore ? `${items}, and more: \`authcli get-items --all\`` : items))
}
