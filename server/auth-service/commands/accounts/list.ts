import type { Command } from 'commander'
import type { Edges, Output } from '../../edges.js'
import { type Account, listAccounts } from '../../store/accounts.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { printTable } from '../table.js'

/** `accounts list` */
export function registerAccountsList(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('list')
    .description('list the people who may sign in')
    .option('--json', 'print JSON')
    .action((flags: { json?: true }, command: Command) =>
      withStore(edges, command, async (store) => {
        printAccounts(edges.stdout, await listAccounts(store.read), flags.json === true)
      }),
    )
  withDatabaseOptions(command)
}

/** Prints accounts; nothing of a password. */
export function printAccounts(stdout: Output, accounts: readonly Account[], json: boolean): void {
  const rows = accounts.map((account) => ({
    username: account.username,
    name: account.name,
    email: account.email,
    state: account.disabled_at === null ? 'active' : 'disabled',
    id: account.id,
  }))
  printTable(stdout, rows, { columns: ['username', 'name', 'email', 'state', 'id'], json })
}
