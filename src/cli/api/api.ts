import { Argument, Command } from 'commander'
import { reachApi, refusalOf } from '../../api/api-answer.js'
import { isSentOnce } from '../../api/bearer-stream.js'
import { nextPageUrl } from '../../api/next-page.js'
import { type FollowedResponse, sendFollowing } from '../../api/redirects.js'
import { AuthcliError } from '../../errors.js'
import type { HttpStreamRequest } from '../../http.js'
import { type ApiAccess, openApiAccess } from '../api-access.js'
import type { CommandContext, GlobalFlags, OpenContext } from '../command-context.js'
import { openInput } from './input.js'
import { createResponseOutput, type ResponseOutput } from './output.js'
import { createPageText } from './page-text.js'
import { apiRequest, METHODS } from './request.js'

type Flags = GlobalFlags & {
  field?: string[]
  header?: string[]
  input?: string
  include?: true
  paginate?: true
}

/** A list that never comes to an end is broken. */
const MAX_PAGES = 100_000

const EXAMPLES = `
Examples:
  $ authcli api GET /items
  $ authcli api GET /items --field limit=5 --include
  $ authcli api GET /items --paginate | jq -r '.items[].title'
  $ authcli api POST /items --field title=Tea --field note='at four'
  $ authcli api POST /items --input item.json
  $ authcli api DELETE /items/0190a5d2-7b4e-7c3e-9f1a-2b6d8c4e5f60
  $ tar c folder | authcli api PUT /backup --input - --header 'Content-Type: application/x-tar'

A field is \`key=text\`, or \`key:=json\` for numbers, lists and the like. Fields are the query of GET
and HEAD, and a JSON object for every other method.

The answer goes to stdout as it is, whatever its status; the exit code is 0 for 2xx, else 1. The
token only goes to the API. A redirect of GET or HEAD is followed, without the token and your
headers where it leaves the API; other requests are not sent on.`

/** `authcli api` */
export function apiCommand(openContext: OpenContext): Command {
  const collect = (value: string, before: string[] = []) => [...before, value]
  return new Command('api')
    .description('send any request to the API, with a token')
    .addArgument(methodArgument())
    .argument('<path>', 'a path below the API, or its whole address')
    .option('--field <key=value>', 'a parameter; may be repeated', collect)
    .option('--input <file>', 'send this file, or stdin for `-`')
    .option('--header <line>', "a header, as 'Name: value'; may be repeated", collect)
    .option('--include', 'print status and headers too')
    .option('--paginate', 'with GET: print the pages that follow, too')
    .addHelpText('after', EXAMPLES)
    .action(async (method: string, place: string, _flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      await callApi(openContext(flags), { method, place }, flags)
    })
}

/** Its choices are for help and completion: `apiRequest` takes them in small letters too. */
function methodArgument(): Argument {
  const argument = new Argument('<method>', 'what to do')
  argument.argChoices = [...METHODS]
  return argument
}

async function callApi(
  context: CommandContext,
  { method, place }: { method: string; place: string },
  flags: Flags,
): Promise<void> {
  const { field: fields = [], header: headers = [], input } = flags
  if (input !== undefined && fields.length > 0) {
    throw new AuthcliError('USAGE', 'the body is either --input or --field, not both')
  }
  if (flags.paginate && method.toUpperCase() !== 'GET') {
    throw new AuthcliError('USAGE', '--paginate is about GET only')
  }
  const { stdin, stdout } = context.dependencies
  const access = await openApiAccess(context)
  const words = { method, place, fields, headers, hasInput: input !== undefined }
  const { signal } = context.interruption
  const request: HttpStreamRequest = { ...apiRequest(words, access.resource), signal }
  if (input !== undefined) request.body = await openInput(input, stdin)
  const output = createResponseOutput(context.output, { isTerminal: stdout.isTTY === true })
  try {
    await (flags.paginate
      ? printPages(access, request, output, flags)
      : printAnswer(access, request, output, flags))
  } catch (error) {
    throw await access.explain(error)
  }
}

async function printAnswer(
  access: ApiAccess,
  request: HttpStreamRequest,
  output: ResponseOutput,
  flags: Flags,
  onChunk?: (chunk: Uint8Array) => void,
): Promise<FollowedResponse> {
  return await reachApi(async () => {
    const response = await send(access, request)
    if (flags.include) await output.head(response)
    await output.body(response, onChunk)
    if (response.status >= 200 && response.status < 300) return response
    const refusal = refusalOf(response, access.grantedScope)
    if (response.status !== 401 || !isSentOnce(request)) throw refusal
    throw new AuthcliError(refusal.code, refusal.message, {
      hint: 'run it again: there is a new access token now, and the input was too large to be sent twice',
    })
  })
}

async function printPages(
  access: ApiAccess,
  first: HttpStreamRequest,
  output: ResponseOutput,
  flags: Flags,
): Promise<void> {
  const seen = new Set<string>()
  for (let url: URL | undefined = first.url; url !== undefined; ) {
    if (seen.has(url.href) || seen.size >= MAX_PAGES) {
      throw new AuthcliError('API_REFUSED', 'the pages of the API have no end')
    }
    seen.add(url.href)
    const text = createPageText()
    const response = await printAnswer(access, { ...first, url }, output, flags, text.add)
    // Somebody else's page does not say which of the API's gets the next token.
    if (!response.isOwn) return
    const link = response.headers['link']
    url = nextPageUrl({ url: response.url, link, document: text.parse(link !== undefined) }, access.resource)
  }
}

function send(access: ApiAccess, request: HttpStreamRequest): Promise<FollowedResponse> {
  const { bearerStream: withToken, stream: withoutToken, resource } = access
  return sendFollowing({ withToken, withoutToken }, request, resource)
}
