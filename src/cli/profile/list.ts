import type { CommandContext } from '../command-context.js'
import type { Profile } from '../configuration.js'
import { chooseProfile } from '../settings.js'
import { createStyle, type Style } from '../style.js'
import { type Column, layOutTable } from '../table.js'
import { visibleJson } from '../visible-text.js'

/** A profile, and whether a command that names none is about it. */
interface ListedProfile {
  name: string
  isCurrent: boolean
  profile: Profile
}

/** Of a terminal that does not say how wide it is. */
const DEFAULT_WIDTH = 80

const NOBODY = '–'

/**
 * Writes every profile to stdout: as a table, which is cut to the width of a terminal and whole everywhere
 * else; as one JSON array; or as bare names. Reads nothing but the configuration file.
 */
export async function listProfiles(
  context: CommandContext,
  flags: { json?: true; names?: true },
): Promise<void> {
  const { stdout, env } = context.dependencies
  const configuration = await context.configurationFile.read()
  const { name: current } = chooseProfile(context.profileFlag, env, configuration)
  const listed = [...configuration.profiles].map(([name, profile]) => ({
    name,
    isCurrent: name === current,
    profile,
  }))
  const lines = flags.names
    ? listed.map(({ name }) => name)
    : flags.json
      ? jsonLines(listed)
      : tableLines(listed, widthOf(stdout), createStyle(stdout, env))
  if (lines.length > 0) await context.output.write(`${lines.join('\n')}\n`)
  if (listed.length === 0 && !flags.names) {
    context.talk.say('there is no profile yet: `authcli login --api URL` makes one')
  }
}

function widthOf({ isTTY, columns }: { isTTY?: boolean; columns?: number }): number {
  return isTTY ? columns || DEFAULT_WIDTH : Number.MAX_SAFE_INTEGER
}

function jsonLines(listed: readonly ListedProfile[]): string[] {
  if (listed.length === 0) return ['[]']
  const objects = listed.map(({ name, isCurrent, profile }) => {
    const { api, issuer, store, account = null, grant } = profile
    const service = grant === undefined ? {} : { clientId: profile.clientId, grant }
    return visibleJson({ name, current: isCurrent, account, api, issuer, store, ...service })
  })
  return ['[', objects.map((object) => `  ${object}`).join(',\n'), ']']
}

/** A service has no account of a person: it acts for itself, under its client id. */
function accountOf({ account, grant, clientId }: Profile): string {
  return account ?? (grant === undefined ? NOBODY : `service ${clientId}`)
}

function tableLines(listed: readonly ListedProfile[], width: number, style: Style): string[] {
  if (listed.length === 0) return []
  const columns: Column<ListedProfile>[] = [
    { title: ' ', value: ({ isCurrent }) => (isCurrent ? '*' : ' '), rank: 1, mark: style.green },
    { title: 'PROFILE', value: ({ name }) => name, rank: 1, minimumWidth: 12 },
    { title: 'ACCOUNT', value: ({ profile }) => accountOf(profile), rank: 2, minimumWidth: 10 },
    { title: 'API', value: ({ profile }) => profile.api, rank: 3, minimumWidth: 12 },
    { title: 'STORE', value: ({ profile }) => profile.store, rank: 4, mark: style.dim },
  ]
  const table = layOutTable(columns, listed, width)
  return [style.dim(table.header), ...listed.map((each) => table.line(each))]
}
