import type { DeviceAuthorization } from '../store/device-authorizations.js'

/** What a browser must know of a device login to go on with it. */
export type ClaimState = Pick<DeviceAuthorization, 'claimed_by' | 'expires_at' | 'approved_at' | 'denied_at'>

/**
 * Why a code that was entered in a browser leads nowhere there, in words for the log; undefined if it leads on. A device
 * login belongs to the browser in which its code was entered first: nobody else can allow, decline or even see it. One
 * that was decided is still shown to the browser that did it.
 *
 * @param browser the hash of the id of the browser.
 * @param now epoch milliseconds.
 */
export function whyNotClaimable(
  row: ClaimState | undefined,
  { browser, now }: { browser: string; now: number },
): string | undefined {
  if (row === undefined) return 'there is no such code'
  if (row.claimed_by !== null && row.claimed_by !== browser) return 'the code was entered in another browser'
  const isDecided = row.approved_at !== null || row.denied_at !== null
  if (!isDecided && now >= row.expires_at) return 'the code has expired'
  return undefined
}
