import { sourceOf } from './browser/source.js'
import { whyNotClaimable } from './checks/device-claim.js'
import type { Context } from './context.js'
import { claimDeviceAuthorization, findDeviceAuthorization } from './store/device-authorizations.js'
import type { Writer } from './store/store.js'
import { countFailure, findThrottle, type ThrottlePolicy } from './store/throttles.js'
import { throttleKey } from './throttle-key.js'
import { hashUserCode } from './tokens/device-codes.js'

const WINDOW_MS = 10 * 60_000

/**
 * Wrong codes of one account, and from one source, in the lifetime of a code. Five guesses at one of 20⁸ codes succeed
 * with a probability below 2⁻³² (RFC 8628 §5.1), and nobody mistypes eight letters five times.
 */
const PER_GUESSER: ThrottlePolicy = { limit: 5, windowMs: WINDOW_MS, blockMs: WINDOW_MS, slides: true }

/**
 * Wrong codes of everybody together. Only people with an account enter codes, so it takes twenty accounts at twenty
 * addresses to get here; then nobody enters any for a minute, and one guess in 2²⁷ windows would have been right.
 */
const IN_TOTAL: ThrottlePolicy = { limit: 100, windowMs: WINDOW_MS, blockMs: 60_000 }

/** What became of a code that a person has entered. `refused` is for the audit log only: all of them look the same. */
export type EnteredCode = { claimed: true } | { refused: string } | { blockedUntil: number }

/**
 * Looks for the device login behind a code that a person has entered, and gives it to the browser they did that in, if
 * no other has it. The only way from a code to a device login, so that guessing is counted on every path; counted in the
 * same write, so that a thousand guesses at once can't outrun the limit.
 *
 * @param entry.userCode what `readUserCode` made.
 * @param entry.browser the hash of the id of the browser.
 */
export async function enterUserCode(
  { settings, store, now: clock }: Pick<Context, 'settings' | 'store' | 'now'>,
  entry: { userCode: string; browser: string; accountId: string; ip: string },
): Promise<EnteredCode> {
  const now = clock()
  const code = hashUserCode(settings.secret, entry.userCode)
  const key = (...parts: string[]) => throttleKey(settings.secret, ['device-code', ...parts])
  const guessers = [key('account', entry.accountId), key('source', sourceOf(entry.ip))]
  const total = key('total')
  return store.write(async (transaction): Promise<EnteredCode> => {
    const blockedUntil = await lastBlock(transaction, [...guessers, total])
    if (now < blockedUntil) return { blockedUntil }
    const row = await findDeviceAuthorization(transaction, code)
    const refused = whyNotClaimable(row, { browser: entry.browser, now })
    if (row !== undefined && refused === undefined) {
      await claimDeviceAuthorization(transaction, row.device_code_hash, entry.browser)
      return { claimed: true }
    }
    for (const guesser of guessers) await countFailure(transaction, guesser, PER_GUESSER, now)
    await countFailure(transaction, total, IN_TOTAL, now)
    return { refused: refused ?? 'there is no such code' }
  })
}

async function lastBlock(transaction: Writer, keys: readonly string[]): Promise<number> {
  let last = 0
  for (const key of keys) last = Math.max(last, (await findThrottle(transaction, key))?.blockedUntil ?? 0)
  return last
}
