import type { Command } from 'commander'
import { audit } from '../../audit.js'
import { canonicalResource } from '../../checks/resource.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { endLoginsForResource } from '../../store/logins.js'
import { removeResource } from '../../store/resources.js'
import { auditEndedGrants, withAuditOptions, withStoreAndAudit } from '../audit-lines.js'

const REASON = 'resource removed'

/** `resources remove URL`: the logins for it end too, in the same write. */
export function registerResourcesRemove(resources: Command, edges: Edges): void {
  const command = resources
    .command('remove')
    .description('forget an API, and end every login for it')
    .argument('<url>')
    .action((url: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        const canonical = canonicalResource(url) ?? url
        const ended = await store.write(async (transaction) =>
          (await removeResource(transaction, canonical))
            ? endLoginsForResource(transaction, canonical, REASON, edges.now())
            : undefined,
        )
        if (ended === undefined) {
          throw new OperatorError(`there is no resource ${canonical}`, {
            hint: 'see them all with `auth-service resources list`',
          })
        }
        audit(log, 'resource-removed', { resource: canonical })
        auditEndedGrants(log, ended, REASON)
        edges.stdout.write(`${canonical} is removed; logins ended: ${ended.length}\n`)
      }),
    )
  withAuditOptions(command)
}
