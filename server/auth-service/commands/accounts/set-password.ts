import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { createPasswords, loadArgon2id } from '../../passwords.js'
import { changePassword, PASSWORD_CHANGED } from '../../store/password-changes.js'
import { auditEndedGrants, withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { readNewPassword } from '../password-input.js'
import { requireAccount } from './existing-account.js'

/** `accounts set-password USERNAME`: ends every login of the person too, in the same write. */
export function registerAccountsSetPassword(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('set-password')
    .description('give a person a new password, and end every login they have; asked for, or read from stdin')
    .argument('<username>')
    .action((username: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        const account = await requireAccount(store, username)
        const passwords = await createPasswords(await loadArgon2id())
        const passwordHash = await passwords.hash(await readNewPassword(edges, account))
        const change = {
          accountId: account.id,
          passwordHash,
          kind: 'password-changed',
          now: edges.now(),
        } as const
        const ended = await store.write((transaction) => changePassword(transaction, change))
        audit(log, 'password-changed', { accountId: account.id })
        auditEndedGrants(log, ended, PASSWORD_CHANGED)
        edges.stdout.write(`${account.username} has a new password; logins ended: ${ended.length}\n`)
      }),
    )
  withAuditOptions(command)
}
