import type { Command } from 'commander'
import { writeDataFile } from '../../data-file/write-data-file.js'
import type { Edges } from '../../edges.js'
import { withDatabaseOptions, withExistingStore } from '../database.js'
import { printRowCounts } from './row-counts.js'

/** `export FILE`: what `import` reads, on another machine or into another kind of database. */
export function registerExport(program: Command, edges: Edges): void {
  const command = program
    .command('export')
    .description('write everything into a new file, to be imported elsewhere; stop the servers first')
    .argument('<file>', 'a file that is not there yet')
    .option('--json', 'print JSON')
    .action((path: string, flags: { json?: true }, command: Command) =>
      withExistingStore(edges, command, async (store) => {
        const counts = await writeDataFile(path, store, { kind: 'export', now: edges.now() })
        printRowCounts(edges.stdout, counts, { json: flags.json === true })
      }),
    )
  withDatabaseOptions(command)
}
