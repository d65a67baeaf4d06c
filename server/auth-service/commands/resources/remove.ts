import type { Command } from 'commander'
import { canonicalResource } from '../../checks/resource.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { revokeGrantsOfResource } from '../../store/grants.js'
import { removeResource } from '../../store/resources.js'
import { withDatabaseOptions, withStore } from '../database.js'

/** `resources remove URL`: the logins for it end too, in the same write. */
export function registerResourcesRemove(resources: Command, edges: Edges): void {
  const command = resources
    .command('remove')
    .description('forget an API, and end every login for it')
    .argument('<url>')
    .action((url: string, _flags: object, command: Command) =>
      withStore(edges, command, async (store) => {
        const canonical = canonicalResource(url) ?? url
        const removed = await store.write(async (transaction) => {
          const existed = await removeResource(transaction, canonical)
          if (existed) await revokeGrantsOfResource(transaction, canonical, 'resource removed', edges.now())
          return existed
        })
        if (!removed) {
          throw new OperatorError(`there is no resource ${canonical}`, {
            hint: 'see them all with `auth-service resources list`',
          })
        }
        edges.stdout.write(`${canonical} is removed\n`)
      }),
    )
  withDatabaseOptions(command)
}
