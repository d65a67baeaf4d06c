import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { registerAccountsAdd } from './add.js'
import { registerAccountsDisable } from './disable.js'
import { registerAccountsEnable } from './enable.js'
import { registerAccountsInvite } from './invite.js'
import { registerAccountsList } from './list.js'
import { registerAccountsReset } from './reset.js'
import { registerAccountsSetPassword } from './set-password.js'
import { registerAccountsSignOut } from './sign-out.js'
import { registerAccountsUnlink } from './unlink.js'

/** `auth-service accounts …`: the people who may sign in. */
export function registerAccounts(program: Command, edges: Edges): void {
  const accounts = program.command('accounts').description('the people who may sign in')
  registerAccountsAdd(accounts, edges)
  registerAccountsInvite(accounts, edges)
  registerAccountsList(accounts, edges)
  registerAccountsDisable(accounts, edges)
  registerAccountsEnable(accounts, edges)
  registerAccountsSetPassword(accounts, edges)
  registerAccountsReset(accounts, edges)
  registerAccountsSignOut(accounts, edges)
  registerAccountsUnlink(accounts, edges)
}
