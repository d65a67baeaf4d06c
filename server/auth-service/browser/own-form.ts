import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { PageError } from '../checks/page-error.js'
import { issuerParts } from '../issuer-parts.js'
import { deriveKey } from '../tokens/derived-keys.js'

/** The value of the hidden field `token`: it says that a form is from a page that this browser got from us. */
export function formToken(secret: Uint8Array, browserId: string): string {
  return createHmac('sha256', deriveKey(secret, 'csrf-tokens')).update(browserId).digest('base64url')
}

/**
 * The hidden field `token` of a form is the one of this browser.
 *
 * @param goOnAt where the person can go on if it isn't.
 * @throws PageError `foreign-form`
 * @see RFC 9700 §4.7
 */
export function requireFormToken(
  secret: Uint8Array,
  browserId: string,
  token: string | undefined,
  goOnAt?: string,
): void {
  const [expected, presented] = [Buffer.from(formToken(secret, browserId)), Buffer.from(token ?? '')]
  if (expected.length !== presented.length || !timingSafeEqual(expected, presented)) {
    throw new PageError('foreign-form', {
      reason: 'the token of the form is not the one of this browser',
      ...(goOnAt !== undefined && { goOnAt }),
    })
  }
}

/**
 * A form was posted by a page of ours, as far as the browser tells. `Sec-Fetch-Site` decides where there is one: under
 * `Referrer-Policy: no-referrer` browsers send `Origin: null` even from our own pages. `none` is a person who sends
 * the form again from the history. Without either header it is no browser, and the token alone decides.
 *
 * @throws PageError `foreign-form`
 * @see Fetch Metadata Request Headers §2.1; Fetch §3.2
 */
export function requireOwnPage(headers: IncomingHttpHeaders, issuer: string): void {
  const { origin, 'sec-fetch-site': site } = headers
  const isOwn =
    site === undefined
      ? origin === undefined || origin === issuerParts(issuer).origin
      : site === 'same-origin' || site === 'none'
  if (!isOwn) throw new PageError('foreign-form', { reason: 'the form was sent from another site' })
}
