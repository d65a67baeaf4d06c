import { Argument, type Command } from 'commander'
import { audit } from '../../audit.js'
import { BUILT_IN_CLIENT_ID, ensureBuiltInClient } from '../../built-in-client.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { findClient, setDeviceScopes } from '../../store/clients.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { deviceScopesOf } from './device-scopes.js'

/** `clients device ID on|off`: devices that are waiting for tokens when it is turned off get none. */
export function registerClientsDevice(clients: Command, edges: Edges): void {
  const command = clients
    .command('device')
    .description('let a program log people in on devices without a browser, or stop that')
    .argument('<id>')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .option('--scopes <names>', 'with on: these scopes only, in one argument')
    .action((id: string, state: 'on' | 'off', { scopes }: { scopes?: string }, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        if (state === 'off' && scopes !== undefined) throw new OperatorError('--scopes goes with on')
        if ((await findClient(store.read, id))?.kind === 'service') {
          throw new OperatorError(`${id} acts for itself and logs nobody in`)
        }
        // Before the first start too: what it finds then, it leaves as it is.
        if (id === BUILT_IN_CLIENT_ID) await ensureBuiltInClient(store, edges.now())
        const deviceScopes = state === 'on' ? deviceScopesOf(scopes) : null
        if (!(await store.write((transaction) => setDeviceScopes(transaction, id, deviceScopes)))) {
          throw new OperatorError(`there is no client ${id}`, {
            hint: 'see them all with `auth-service clients list`',
          })
        }
        audit(log, 'client-changed', { clientId: id, reason: `device grant ${state}`, scope: scopes })
        edges.stdout.write(`${id} ${state === 'on' ? 'may' : 'may not'} log people in on other devices\n`)
      }),
    )
  withAuditOptions(command)
}
