import type { Command } from 'commander'
import type { Edges, Output } from '../../edges.js'
import { type KeyRow, listKeys } from '../../store/keys.js'
import { keyState } from '../../tokens/key-life.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { printTable } from '../table.js'

/** `keys list` */
export function registerKeysList(keys: Command, edges: Edges): void {
  const command = keys
    .command('list')
    .description('list the keys with which tokens are, were and will be made')
    .option('--json', 'print JSON')
    .action((flags: { json?: true }, command: Command) =>
      withStore(edges, command, async (store) => {
        printKeys(edges.stdout, await listKeys(store.read), { now: edges.now(), json: flags.json === true })
      }),
    )
  withDatabaseOptions(command)
}

/** What they are for, what they do now, and when that changes. Nothing of the keys themselves. */
function printKeys(
  stdout: Output,
  keys: readonly KeyRow[],
  { now, json }: { now: number; json: boolean },
): void {
  const rows = keys.map((key) => ({
    use: key.purpose === 'sign' ? `signs ${key.alg}` : 'refresh tokens',
    state: keyState(key, now),
    from: new Date(key.active_from).toISOString(),
    to: key.retired_at === null ? null : new Date(key.retired_at).toISOString(),
    id: key.id,
  }))
  printTable(stdout, rows, { columns: ['use', 'state', 'from', 'to', 'id'], json })
}
