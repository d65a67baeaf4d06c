import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { listResources } from '../../store/resources.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { printTable } from '../table.js'

/** `resources list` */
export function registerResourcesList(resources: Command, edges: Edges): void {
  const command = resources
    .command('list')
    .description('list the APIs that tokens are for')
    .option('--json', 'print JSON')
    .action((flags: { json?: true }, command: Command) =>
      withStore(edges, command, async (store) => {
        const rows = (await listResources(store.read)).map((resource) => ({
          url: resource.url,
          scopes: resource.scopes.join(' '),
          clientId: resource.introspectionClientId,
        }))
        printTable(edges.stdout, rows, { columns: ['url', 'scopes', 'clientId'], json: flags.json === true })
      }),
    )
  withDatabaseOptions(command)
}
