import type { Command } from 'commander'
import { writeDataFile } from '../../data-file/write-data-file.js'
import type { Edges } from '../../edges.js'
import { withDatabaseOptions, withExistingStore } from '../database.js'
import { printRowCounts } from './row-counts.js'

/** `backup FILE`: what `restore` reads. */
export function registerBackup(program: Command, edges: Edges): void {
  const command = program
    .command('backup')
    .description('write everything into a new file, while servers run; `restore` reads it')
    .argument('<file>', 'a file that is not there yet')
    .option('--json', 'print JSON')
    .action((path: string, flags: { json?: true }, command: Command) =>
      withExistingStore(edges, command, async (store) => {
        const counts = await writeDataFile(path, store, { kind: 'backup', now: edges.now() })
        printRowCounts(edges.stdout, counts, { json: flags.json === true })
      }),
    )
  withDatabaseOptions(command)
}
