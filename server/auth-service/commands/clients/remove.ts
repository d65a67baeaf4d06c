import type { Command } from 'commander'
import { audit } from '../../audit.js'
import { BUILT_IN_CLIENT_ID } from '../../built-in-client.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { removeClient } from '../../store/clients.js'
import { listLiveGrantsOfClient } from '../../store/grants.js'
import { auditEndedGrants, withAuditOptions, withStoreAndAudit } from '../audit-lines.js'

/** `clients remove ID`: its logins, codes and consents go with it. */
export function registerClientsRemove(clients: Command, edges: Edges): void {
  const command = clients
    .command('remove')
    .description('forget a program, and end every login through it')
    .argument('<id>')
    .action((id: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        if (id === BUILT_IN_CLIENT_ID)
          throw new OperatorError(`${id} is built in, and every start adds it again`)
        const ended = await store.write(async (transaction) => {
          const grants = await listLiveGrantsOfClient(transaction, id)
          return (await removeClient(transaction, id)) ? grants : undefined
        })
        if (ended === undefined) {
          throw new OperatorError(`there is no client ${id}`, {
            hint: 'see them all with `auth-service clients list`',
          })
        }
        audit(log, 'client-removed', { clientId: id })
        auditEndedGrants(log, ended, 'client removed')
        edges.stdout.write(`${id} is removed; logins ended: ${ended.length}\n`)
      }),
    )
  withAuditOptions(command)
}
