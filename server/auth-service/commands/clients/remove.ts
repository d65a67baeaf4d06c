import type { Command } from 'commander'
import { BUILT_IN_CLIENT_ID } from '../../built-in-client.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { removeClient } from '../../store/clients.js'
import { withDatabaseOptions, withStore } from '../database.js'

/** `clients remove ID`: its logins, codes and consents go with it. */
export function registerClientsRemove(clients: Command, edges: Edges): void {
  const command = clients
    .command('remove')
    .description('forget a program, and end every login through it')
    .argument('<id>')
    .action((id: string, _flags: object, command: Command) =>
      withStore(edges, command, async (store) => {
        if (id === BUILT_IN_CLIENT_ID)
          throw new OperatorError(`${id} is built in, and every start adds it again`)
        if (!(await store.write((transaction) => removeClient(transaction, id)))) {
          throw new OperatorError(`there is no client ${id}`, {
            hint: 'see them all with `auth-service clients list`',
          })
        }
        edges.stdout.write(`${id} is removed\n`)
      }),
    )
  withDatabaseOptions(command)
}
