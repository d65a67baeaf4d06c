import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { disableAccount } from '../../store/accounts.js'
import { endLoginsOfAccount } from '../../store/logins.js'
import { noteSecurityEvent } from '../../store/security-events.js'
import { auditEndedGrants, withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireAccount } from './existing-account.js'

const REASON = 'account disabled'

/** `accounts disable USERNAME`: ends every login of the person too, in the same write. */
export function registerAccountsDisable(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('disable')
    .description('let a person sign in no more, and end every login they have')
    .argument('<username>')
    .action((username: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        const account = await requireAccount(store, username)
        const ended = await store.write(async (transaction) => {
          const now = edges.now()
          await disableAccount(transaction, account.id, now)
          await noteSecurityEvent(transaction, { accountId: account.id, kind: 'account-disabled', at: now })
          return endLoginsOfAccount(transaction, account.id, REASON, now)
        })
        audit(log, 'account-disabled', { accountId: account.id })
        auditEndedGrants(log, ended, REASON)
        edges.stdout.write(`${account.username} is disabled; logins ended: ${ended.length}\n`)
      }),
    )
  withAuditOptions(command)
}
