import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { canonicalPersonName, isPersonName } from '../../checks/person-name.js'
import { OperatorError } from '../../operator-error.js'
import { type Account, canonicalUsername, findAccountByUsername } from '../../store/accounts.js'
import type { Reader } from '../../store/store.js'

/** What an operator says about a new person. */
export interface NewAccountFlags {
  name?: string
  email?: string
  emailVerified?: true
}

/** Lets a command say it. */
export function withNewAccountOptions(command: Command): Command {
  return command
    .argument('<username>', 'what is typed on the sign-in page')
    .option('--name <name>', 'the name that applications are told (default: the username)')
    .option('--email <address>', 'the address that applications are told')
    .option('--email-verified', 'say that this address is theirs: whoever has it at a provider may sign in')
}

/**
 * A new account, which has no password yet.
 *
 * @throws OperatorError when something about it makes no sense.
 */
export function newAccount(username: string, flags: NewAccountFlags, now: number): Account {
  const canonical = canonicalUsername(username)
  if (!/^[^\p{C}\s]{1,64}$/u.test(canonical)) {
    throw new OperatorError('a username has 1 to 64 characters and no spaces')
  }
  const name = canonicalPersonName(flags.name ?? username)
  if (!isPersonName(name)) throw new OperatorError('a name has 1 to 100 characters, in one line')
  if (flags.email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(flags.email)) {
    throw new OperatorError('that is no e-mail address')
  }
  if (flags.emailVerified && flags.email === undefined) {
    throw new OperatorError('--email-verified says that an address is theirs, and there is none', {
      hint: 'name it with --email',
    })
  }
  return {
    id: randomUUID(),
    username: canonical,
    name,
    email: flags.email ?? null,
    email_verified_at: flags.emailVerified ? now : null,
    password_hash: null,
    password_changed_at: now,
    disabled_at: null,
    created_at: now,
  }
}

/** @throws OperatorError when somebody has it already. */
export async function refuseTakenUsername(db: Reader, username: string): Promise<void> {
  if (await findAccountByUsername(db, username)) {
    throw new OperatorError(`the username ${username} is taken`)
  }
}
