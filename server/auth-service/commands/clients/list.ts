import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { type ClientAccess, listClientAccess } from '../../store/client-access.js'
import { type DeviceScopes, listClients } from '../../store/clients.js'
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
        const access = new Map((await listClientAccess(store.read)).map((row) => [row.clientId, row]))
        const rows = (await listClients(store.read)).map((client) => ({
          id: client.id,
          name: client.name,
          kind: client.kind,
          credentials: client.secretHash === null ? 'none' : 'secret',
          device: deviceWords(client.deviceScopes),
          redirectUris: client.redirectUris.join(' '),
          ownAccess: accessWords(access.get(client.id)),
        }))
        const columns = ['id', 'name', 'kind', 'credentials', 'device', 'redirectUris', 'ownAccess']
        printTable(edges.stdout, rows, { columns, json: flags.json === true })
      }),
    )
  withDatabaseOptions(command)
}

/** What it may do for itself. */
function accessWords(access: ClientAccess | undefined): string {
  return access === undefined ? '' : `${access.scope} at ${access.resource}`
}

function deviceWords(deviceScopes: DeviceScopes): string {
  if (deviceScopes === null) return 'off'
  return deviceScopes === 'any' ? 'on' : deviceScopes.join(' ')
}
