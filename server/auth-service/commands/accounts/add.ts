import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { createPasswords, loadArgon2id } from '../../passwords.js'
import { insertAccount } from '../../store/accounts.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { readNewPassword } from '../password-input.js'
import { printAccounts } from './list.js'
import {
  type NewAccountFlags,
  newAccount,
  refuseTakenUsername,
  withNewAccountOptions,
} from './new-account.js'

/** `accounts add USERNAME`: the password comes from a prompt, or from stdin. */
export function registerAccountsAdd(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('add')
    .description('add a person; the password is asked for, or read from stdin')
    .option('--no-password', 'ask for none: somebody who signs in at a provider')
    .option('--json', 'print JSON')
    .action(
      (username: string, flags: NewAccountFlags & { password: boolean; json?: true }, command: Command) =>
        withStore(edges, command, async (store) => {
          const account = newAccount(username, flags, edges.now())
          await refuseTakenUsername(store.read, account.username)
          if (flags.password) {
            const passwords = await createPasswords(await loadArgon2id())
            account.password_hash = await passwords.hash(await readNewPassword(edges, account))
          }
          await store.write(async (transaction) => {
            // Again: somebody else may have taken it while the password was typed.
            await refuseTakenUsername(transaction, account.username)
            await insertAccount(transaction, account)
          })
          printAccounts(edges.stdout, [account], flags.json === true)
        }),
    )
  withDatabaseOptions(withNewAccountOptions(command))
}
