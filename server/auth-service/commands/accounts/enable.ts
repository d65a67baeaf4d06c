import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { enableAccount } from '../../store/accounts.js'
import { noteSecurityEvent } from '../../store/security-events.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireAccount } from './existing-account.js'

/** `accounts enable USERNAME`: what `disable` has ended stays ended. */
export function registerAccountsEnable(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('enable')
    .description('let a disabled person sign in again; the logins of before stay ended')
    .argument('<username>')
    .action((username: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        const account = await requireAccount(store, username)
        if (account.disabled_at === null) {
          edges.stdout.write(`${account.username} was not disabled\n`)
          return
        }
        await store.write(async (transaction) => {
          await enableAccount(transaction, account.id)
          const event = { accountId: account.id, kind: 'account-enabled', at: edges.now() } as const
          await noteSecurityEvent(transaction, event)
        })
        audit(log, 'account-enabled', { accountId: account.id })
        edges.stdout.write(`${account.username} may sign in again\n`)
      }),
    )
  withAuditOptions(command)
}
