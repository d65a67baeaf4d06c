import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { registerClientsAdd } from './add.js'
import { registerClientsDevice } from './device.js'
import { registerClientsList } from './list.js'
import { registerClientsRemove } from './remove.js'

/** `auth-service clients …`: the programs that may ask for tokens. */
export function registerClients(program: Command, edges: Edges): void {
  const clients = program.command('clients').description('the programs that may ask for tokens')
  registerClientsAdd(clients, edges)
  registerClientsDevice(clients, edges)
  registerClientsList(clients, edges)
  registerClientsRemove(clients, edges)
}
