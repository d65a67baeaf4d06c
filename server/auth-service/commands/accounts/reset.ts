import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireIssuer, withIssuerOption } from '../issuer.js'
import { requireAccount } from './existing-account.js'
import {
  newPasswordLink,
  printPasswordLink,
  refuseUselessPasswordLink,
  storePasswordLink,
} from './password-link.js'

/** `accounts reset USERNAME`: prints a link by which a person chooses another password. Until then the old one works. */
export function registerAccountsReset(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('reset')
    .description(
      'print a link by which a person chooses another password, good once, for a day; until then the old one works, and any link of before ends',
    )
    .argument('<username>')
    .action((username: string, _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        const account = await requireAccount(store, username)
        await refuseUselessPasswordLink(store.read)
        if (account.disabled_at !== null) {
          throw new OperatorError(`${account.username} is disabled, and a link would lead nowhere`, {
            hint: `auth-service accounts enable ${account.username}`,
          })
        }
        const about = { accountId: account.id, purpose: 'reset', now: edges.now() } as const
        const link = newPasswordLink(requireIssuer(edges, command), about)
        await store.write((transaction) => storePasswordLink(transaction, link))
        audit(log, 'password-link-made', { accountId: account.id, reason: about.purpose })
        printPasswordLink(edges, account.username, link)
      }),
    )
  withAuditOptions(withIssuerOption(command))
}
