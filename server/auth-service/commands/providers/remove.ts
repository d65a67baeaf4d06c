import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { removeProvider } from '../../store/providers.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireProvider } from './existing-provider.js'

/** `providers remove NAME`: nobody signs in there any more; who did stays signed in. */
export function registerProvidersRemove(providers: Command, edges: Edges): void {
  const command = providers
    .command('remove')
    .description('let nobody sign in there any more; logins that were made there go on')
    .argument('<name>')
    .action((name: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        await store.write(async (transaction) => {
          const { isOnlyWay } = await requireProvider(transaction, name)
          if (isOnlyWay) {
            throw new OperatorError(`${name} is the only way in: without it passwords would count again`, {
              hint: `if they may, first: auth-service providers only-way ${name} off`,
            })
          }
          await removeProvider(transaction, name)
        })
        audit(log, 'provider-removed', { provider: name })
        edges.stdout.write(`${name} is removed; its links to accounts count again when it is added again\n`)
      }),
    )
  withAuditOptions(command)
}
