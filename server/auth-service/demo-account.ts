import { randomInt, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Context } from './context.js'
import { createPrivateFile } from './private-file.js'
import { findAccountByUsername, insertAccount, setPasswordHash } from './store/accounts.js'

/** Whom `--dev` lets in. */
export interface DemoAccount {
  username: string
  password: string
}

const DEMO_USERNAME = 'demo'

/**
 * Sees to it that the demo account is there, with the password that is kept beside the database, so that every
 * start can say it again.
 */
export async function ensureDemoAccount(
  { store, passwords, now }: Pick<Context, 'store' | 'passwords' | 'now'>,
  folder: string,
): Promise<DemoAccount> {
  const password = createPrivateFile(join(folder, 'demo-password'), readablePassword())
  const account = await findAccountByUsername(store.read, DEMO_USERNAME)
  if (account === undefined) {
    const passwordHash = await passwords.hash(password)
    await store.write((transaction) =>
      insertAccount(transaction, {
        id: randomUUID(),
        username: DEMO_USERNAME,
        name: 'Demo Person',
        email: 'demo@example.org',
        email_verified_at: null,
        password_hash: passwordHash,
        password_changed_at: now(),
        disabled_at: null,
        created_at: now(),
      }),
    )
  } else if (!(await passwords.verify(account.password_hash, password))) {
    const passwordHash = await passwords.hash(password)
    await store.write((transaction) => setPasswordHash(transaction, account.id, passwordHash, now()))
  }
  return { username: DEMO_USERNAME, password }
}

// 80 bits in letters that nobody mistakes for another when they type them.
function readablePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return Array.from({ length: 4 }, group).join('-')
}
