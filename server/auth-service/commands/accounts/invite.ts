import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { insertAccount } from '../../store/accounts.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireIssuer, withIssuerOption } from '../issuer.js'
import {
  type NewAccountFlags,
  newAccount,
  refuseTakenUsername,
  withNewAccountOptions,
} from './new-account.js'
import {
  newPasswordLink,
  printPasswordLink,
  refuseUselessPasswordLink,
  storePasswordLink,
} from './password-link.js'

/** `accounts invite USERNAME`: adds a person without a password, and prints the link by which they choose one. */
export function registerAccountsInvite(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('invite')
    .description('add a person who chooses the password: prints a link for that, good once, for seven days')
    .action((username: string, flags: NewAccountFlags, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        await refuseUselessPasswordLink(store.read)
        const now = edges.now()
        const account = newAccount(username, flags, now)
        const about = { accountId: account.id, purpose: 'invitation', now } as const
        const link = newPasswordLink(requireIssuer(edges, command), about)
        await store.write(async (transaction) => {
          await refuseTakenUsername(transaction, account.username)
          await insertAccount(transaction, account)
          await storePasswordLink(transaction, link)
        })
        audit(log, 'password-link-made', { accountId: account.id, reason: about.purpose })
        printPasswordLink(edges, account.username, link)
      }),
    )
  withAuditOptions(withIssuerOption(withNewAccountOptions(command)))
}
