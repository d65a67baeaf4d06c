import type { Command } from 'commander'
import { audit } from '../../audit.js'
import { keysInPlaceOf } from '../../data-file/keys-in-place.js'
import { loadDataFile } from '../../data-file/load-data-file.js'
import { openDataFile } from '../../data-file/read-data-file.js'
import { restoredRows } from '../../data-file/restored-rows.js'
import type { Edges } from '../../edges.js'
import type { TableRows } from '../../store/all-rows.js'
import { countRestoredGrants } from '../../store/restored-grants.js'
import { createKeys, KEY_KINDS } from '../../tokens/new-keys.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireSecret } from '../database.js'
import { printRowCounts } from './row-counts.js'

interface Flags {
  keepSessions?: true
  json?: true
}

/**
 * `restore FILE`: what a backup holds into an empty database, with every login ended and new keys, or with both kept
 * where that is asked for.
 */
export function registerRestore(program: Command, edges: Edges): void {
  const command = program
    .command('restore')
    .description('put a backup into an empty database, end every login that it knows, and make new keys')
    .argument('<file>', 'what `auth-service backup` wrote')
    .option(
      '--keep-sessions',
      'let logins go on, with the keys; with them come back logins that were ended, tokens that were spent and keys that were replaced since the backup',
    )
    .option('--json', 'print JSON')
    .action(async (path: string, flags: Flags, command: Command) => {
      const file = await openDataFile(path)
      const options = { keepSessions: flags.keepSessions === true, now: edges.now() }
      const changeKeys = options.keepSessions
        ? undefined
        : await newKeys(requireSecret(edges, command), options.now)
      await withStoreAndAudit(edges, command, async (store, log) => {
        const counts = await loadDataFile(store, file, (rows) =>
          rows.table === 'keys' && changeKeys ? changeKeys(rows) : restoredRows(rows, options),
        )
        const logins = await countRestoredGrants(store.read, options.now)
        const became = `${logins} ${logins === 1 ? 'login' : 'logins'} ${options.keepSessions ? 'kept' : 'ended'}`
        const made = new Date(file.header.writtenAt).toISOString()
        audit(log, 'data-restored', { reason: `a backup of ${made}: ${became}` })
        printRowCounts(edges.stdout, counts, { json: flags.json === true })
        edges.stderr.write(`auth-service: restored what there was at ${made}: ${became}\n`)
      })
    })
  withAuditOptions(command)
}

/** Made before the database is opened, which is kept from others while it is filled. */
async function newKeys(secret: Uint8Array, now: number): Promise<(backup: TableRows) => TableRows> {
  const made = await createKeys(secret, KEY_KINDS, now)
  return (backup) => keysInPlaceOf(backup, made, secret)
}
