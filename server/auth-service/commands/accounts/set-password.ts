import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { createPasswords, loadArgon2id } from '../../passwords.js'
import { setPasswordHash } from '../../store/accounts.js'
import { endAllLogins } from '../../store/logins.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { readNewPassword } from '../password-input.js'
import { requireAccount } from './existing-account.js'

/** `accounts set-password USERNAME`: ends every login of the person too, in the same write. */
export function registerAccountsSetPassword(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('set-password')
    .description('give a person a new password, and end every login they have; asked for, or read from stdin')
    .argument('<username>')
    .action((username: string, _flags: object, command: Command) =>
      withStore(edges, command, async (store) => {
        const account = await requireAccount(store, username)
        const passwords = await createPasswords(await loadArgon2id())
        const passwordHash = await passwords.hash(await readNewPassword(edges))
        const ended = await store.write(async (transaction) => {
          await setPasswordHash(transaction, account.id, passwordHash, edges.now())
          return endAllLogins(transaction, account.id, 'password changed', edges.now())
        })
        edges.stdout.write(`${account.username} has a new password; logins ended: ${ended}\n`)
      }),
    )
  withDatabaseOptions(command)
}
