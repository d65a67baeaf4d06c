import { randomInt, randomUUID } from 'node:crypto'
import type { ProvenIdentity } from './providers/provider.js'
import { type Account, canonicalUsername, findAccountByUsername } from './store/accounts.js'
import type { Reader } from './store/store.js'

const MAX_USERNAME_CHARACTERS = 64
const MAX_NAME_CHARACTERS = 100
/** Claims by which people are called at a provider, the better ones first. */
const HANDLES = ['preferred_username', 'login', 'nickname'] as const

/**
 * The account of somebody who has come from a provider: without a password. The address is taken over where the provider
 * has verified it; whether it counts as verified here is for an operator to say.
 *
 * The username ends in `@` and the name of the provider, so that nobody can choose one there that means somebody, or
 * something, here.
 */
export async function newAccountFor(
  db: Reader,
  identity: ProvenIdentity,
  provider: string,
  now: number,
): Promise<Account> {
  const handle = handleOf(identity)
  const email = identity.isEmailVerified ? identity.email : undefined
  return {
    id: randomUUID(),
    username: await freeUsername(db, handle, provider),
    name: [...(identity.name ?? handle)].slice(0, MAX_NAME_CHARACTERS).join(''),
    email: email ?? null,
    email_verified_at: null,
    password_hash: null,
    password_changed_at: now,
    disabled_at: null,
    created_at: now,
  }
}

function handleOf({ claims, email }: ProvenIdentity): string {
  const said = HANDLES.map((claim) => claims[claim])
  for (const value of [...said, email?.split('@', 1)[0]]) {
    const handle = typeof value === 'string' ? canonicalUsername(value).replace(/[\p{C}\s@]/gu, '') : ''
    if (handle !== '') return handle
  }
  return 'user'
}

async function freeUsername(db: Reader, handle: string, provider: string): Promise<string> {
  for (let suffix = ''; ; suffix = `-${randomInt(10_000, 100_000)}`) {
    const end = `${suffix}@${provider}`
    const username = [...handle].slice(0, Math.max(1, MAX_USERNAME_CHARACTERS - end.length)).join('') + end
    if ((await findAccountByUsername(db, username)) === undefined) return username
  }
}
