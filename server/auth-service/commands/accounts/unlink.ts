import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { listIdentities, unlinkIdentity } from '../../store/identities.js'
import { noteSecurityEvent } from '../../store/security-events.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireProvider } from '../providers/existing-provider.js'
import { requireAccount } from './existing-account.js'

/** `accounts unlink USERNAME PROVIDER`: nobody gets in to the account from there any more. */
export function registerAccountsUnlink(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('unlink')
    .description('disconnect a person from a provider; logins that were made there go on')
    .argument('<username>')
    .argument('<provider>')
    .action((username: string, name: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        const account = await requireAccount(store, username)
        const provider = await requireProvider(store.read, name)
        const count = await store.write(async (transaction) => {
          const identities = await listIdentities(transaction, account.id)
          const linked = identities.filter(({ issuer }) => issuer === provider.issuer)
          for (const identity of linked) {
            await unlinkIdentity(transaction, identity, account.id)
            const event = { accountId: account.id, kind: 'provider-unlinked', at: edges.now() } as const
            await noteSecurityEvent(transaction, { ...event, provider: name })
          }
          return linked.length
        })
        if (count === 0) throw new OperatorError(`${account.username} is not linked to ${name}`)
        audit(log, 'provider-unlinked', { accountId: account.id, provider: name })
        edges.stdout.write(
          `${account.username} is not linked to ${name} any more; accounts sign-out ends the logins\n`,
        )
      }),
    )
  withAuditOptions(command)
}
