import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { endLoginsOfAccount } from '../../store/logins.js'
import { noteSecurityEvent } from '../../store/security-events.js'
import { auditEndedGrants, withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireAccount } from './existing-account.js'

const REASON = 'signed out everywhere'

/** `accounts sign-out USERNAME`: ends every login of the person, who may sign in again at once. */
export function registerAccountsSignOut(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('sign-out')
    .description('end every login that a person has, on every device; the password stays')
    .argument('<username>')
    .action((username: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        const account = await requireAccount(store, username)
        const ended = await store.write(async (transaction) => {
          const now = edges.now()
          const event = { accountId: account.id, kind: 'signed-out-everywhere', at: now } as const
          await noteSecurityEvent(transaction, event)
          return endLoginsOfAccount(transaction, account.id, REASON, now)
        })
        audit(log, 'account-signed-out', { accountId: account.id })
        auditEndedGrants(log, ended, REASON)
        edges.stdout.write(`${account.username} is signed out everywhere; logins ended: ${ended.length}\n`)
      }),
    )
  withAuditOptions(command)
}
