import { sourceOf } from './browser/source.js'
import { offeredWays } from './checks/offered-ways.js'
import { PageError } from './checks/page-error.js'
import { whyPasswordLinkEnded } from './checks/password-link-end.js'
import type { Context } from './context.js'
import { type Account, findAccount } from './store/accounts.js'
import type { EndedGrant } from './store/grants.js'
import { changePassword } from './store/password-changes.js'
import { findPasswordLink, type PasswordLink, usePasswordLink } from './store/password-links.js'
import { listProviders } from './store/providers.js'
import { countFailure, findThrottle, type ThrottlePolicy } from './store/throttles.js'
import { throttleKey } from './throttle-key.js'
import { hashPasswordLinkToken, isPasswordLinkToken } from './tokens/password-links.js'

/** Links from one source that lead nowhere. Nobody copies twenty of them wrongly in a quarter of an hour. */
const SOURCE: ThrottlePolicy = { limit: 20, windowMs: 15 * 60_000, blockMs: 5 * 60_000 }

/** A link that can be used, and whose password it is for. */
export interface OpenedPasswordLink {
  link: PasswordLink
  account: Account
}

/**
 * Looks for the account behind a link. The only way from one to the other, so that guessing is counted on every path;
 * counted in the same write, so that a thousand guesses at once can't outrun the limit. It uses nothing up.
 *
 * @throws PageError `password-link-ended`, `too-many-links`, `password-not-taken`. The reason is for the log: all links that are good no more
 *   look the same.
 */
export async function openPasswordLink(
  { store, settings, now: clock }: Pick<Context, 'store' | 'settings' | 'now'>,
  { token, ip }: { token: string; ip: string },
): Promise<OpenedPasswordLink> {
  if (!isPasswordLinkToken(token)) {
    throw new PageError('password-link-ended', { reason: 'that is no link of ours' })
  }
  const { takesPasswords } = offeredWays(await listProviders(store.read))
  if (!takesPasswords) throw new PageError('password-not-taken', { reason: 'a provider is the only way in' })
  const now = clock()
  const source = throttleKey(settings.secret, ['password-link', sourceOf(ip)])
  const found = await store.write(async (transaction) => {
    const blockedUntil = (await findThrottle(transaction, source))?.blockedUntil ?? 0
    if (now < blockedUntil) return { blockedUntil }
    const link = await findPasswordLink(transaction, hashPasswordLinkToken(token))
    const account = link && (await findAccount(transaction, link.account_id))
    if (link !== undefined && account !== undefined) return { link, account }
    await countFailure(transaction, source, SOURCE, now)
    return undefined
  })
  if (found === undefined) throw new PageError('password-link-ended', { reason: 'there is no such link' })
  if ('blockedUntil' in found) {
    const retryAfterSeconds = Math.ceil((found.blockedUntil - now) / 1000)
    throw new PageError('too-many-links', { retryAfterSeconds })
  }
  const ended = whyPasswordLinkEnded(found.link, found.account, now)
  if (ended !== undefined) throw new PageError('password-link-ended', { reason: ended })
  return found
}

/**
 * Chooses a password by a link, which is used up in the same write: of many at once, at any replica, one does. Every
 * login ends, as whenever a password is changed.
 *
 * @param opened what `openPasswordLink` found; it is looked at once more.
 * @param choice.passwordHash of a password that can be chosen.
 * @returns the account as it is now, when it got its password (epoch milliseconds), and the grants that were alive.
 * @throws PageError `password-link-ended`
 */
export async function choosePassword(
  { store, now: clock }: Pick<Context, 'store' | 'now'>,
  opened: OpenedPasswordLink,
  { passwordHash, ip }: { passwordHash: string; ip: string },
): Promise<{ account: Account; chosenAt: number; ended: EndedGrant[] }> {
  const accountId = opened.account.id
  const now = clock()
  const change = { accountId, passwordHash, kind: 'password-link-used', source: ip, now } as const
  const chosen = await store.write(async (transaction) => {
    const account = await findAccount(transaction, accountId)
    if (account === undefined || account.disabled_at !== null) return undefined
    if (!(await usePasswordLink(transaction, opened.link.token_hash, now))) return undefined
    const ended = await changePassword(transaction, change)
    return { account: { ...account, password_hash: passwordHash, password_changed_at: now }, ended }
  })
  if (chosen === undefined) {
    throw new PageError('password-link-ended', { reason: 'it ended while the password was chosen' })
  }
  return { ...chosen, chosenAt: now }
}
