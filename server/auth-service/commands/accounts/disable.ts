import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { disableAccount } from '../../store/accounts.js'
import { endAllLogins } from '../../store/logins.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { requireAccount } from './existing-account.js'

/** `accounts disable USERNAME`: ends every login of the person too, in the same write. */
export function registerAccountsDisable(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('disable')
    .description('let a person sign in no more, and end every login they have')
    .argument('<username>')
    .action((username: string, _flags: object, command: Command) =>
      withStore(edges, command, async (store) => {
        const account = await requireAccount(store, username)
        const ended = await store.write(async (transaction) => {
          await disableAccount(transaction, account.id, edges.now())
          return endAllLogins(transaction, account.id, 'account disabled', edges.now())
        })
        edges.stdout.write(`${account.username} is disabled; logins ended: ${ended}\n`)
      }),
    )
  withDatabaseOptions(command)
}
