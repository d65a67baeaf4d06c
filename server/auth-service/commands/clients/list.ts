import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { listClients } from '../../store/clients.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { printTable } from '../table.js'

/** `clients list` */
export function registerClientsList(clients: Command, edges: Edges): void {
  const command = clients
    .command('list')
    .description('list the programs that may ask for tokens')
    .option('--json', 'print JSON')
    .action((flags: { json?: true }, command: Command) =>
      withStore(edges, command, async (store) => {
        const rows = (await listClients(store.read)).map((client) => ({
          id: client.id,
          name: client.name,
          kind: client.kind,
          credentials: client.secretHash === null ? 'none' : 'secret',
          redirectUris: client.redirectUris.join(' '),
        }))
        const columns = ['id', 'name', 'kind', 'credentials', 'redirectUris']
        printTable(edges.stdout, rows, { columns, json: flags.json === true })
      }),
    )
  withDatabaseOptions(command)
}
