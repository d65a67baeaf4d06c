import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { createPasswords, loadArgon2id } from '../../passwords.js'
import {
  type Account,
  canonicalUsername,
  findAccountByUsername,
  insertAccount,
} from '../../store/accounts.js'
import type { Reader } from '../../store/store.js'
import { withDatabaseOptions, withStore } from '../database.js'
import { readNewPassword } from '../password-input.js'
import { printAccounts } from './list.js'

interface Flags {
  name?: string
  email?: string
  json?: true
}

/** `accounts add USERNAME`: the password comes from a prompt, or from stdin. */
export function registerAccountsAdd(accounts: Command, edges: Edges): void {
  const command = accounts
    .command('add')
    .description('add a person; the password is asked for, or read from stdin')
    .argument('<username>', 'what is typed on the sign-in page')
    .option('--name <name>', 'the name that applications are told (default: the username)')
    .option('--email <address>', 'the address that applications are told')
    .option('--json', 'print JSON')
    .action((username: string, flags: Flags, command: Command) =>
      withStore(edges, command, async (store) => {
        const account = await newAccount(username, flags, edges)
        await refuseTakenUsername(store.read, account.username)
        const passwords = await createPasswords(await loadArgon2id())
        account.password_hash = await passwords.hash(await readNewPassword(edges, account))
        await store.write(async (transaction) => {
          // Again: somebody else may have taken it while the password was typed.
          await refuseTakenUsername(transaction, account.username)
          await insertAccount(transaction, account)
        })
        printAccounts(edges.stdout, [account], flags.json === true)
      }),
    )
  withDatabaseOptions(command)
}

async function newAccount(username: string, flags: Flags, { now }: Edges): Promise<Account> {
  const canonical = canonicalUsername(username)
  if (!/^[^\p{C}\s]{1,64}$/u.test(canonical)) {
    throw new OperatorError('a username has 1 to 64 characters and no spaces')
  }
  const name = (flags.name ?? username).trim().normalize('NFC')
  if (!/^[^\p{C}]{1,100}$/u.test(name)) throw new OperatorError('a name has 1 to 100 characters, in one line')
  if (flags.email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(flags.email)) {
    throw new OperatorError('that is no e-mail address')
  }
  return {
    id: randomUUID(),
    username: canonical,
    name,
    email: flags.email ?? null,
    email_verified_at: null,
    password_hash: null,
    password_changed_at: now(),
    disabled_at: null,
    created_at: now(),
  }
}

async function refuseTakenUsername(db: Reader, username: string): Promise<void> {
  if (await findAccountByUsername(db, username)) {
    throw new OperatorError(`the username ${username} is taken`)
  }
}
