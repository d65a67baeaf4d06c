/**
 * The content security policy of a page. A page may show itself and its own style sheet, and send its forms to
 * nowhere but here and, after our redirect, to the address of the one request that it is about: browsers hold a
 * redirect after a form against `form-action` too.
 *
 * There is no `upgrade-insecure-requests`: it would turn the way to a listener on http loopback into https.
 *
 * @param redirectUri a checked redirect URI.
 */
export function contentSecurityPolicy(redirectUri?: string): string {
  const formAction = redirectUri === undefined ? "'self'" : `'self' ${formActionSource(redirectUri)}`
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    `form-action ${formAction}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

function formActionSource(redirectUri: string): string {
  const { protocol, host, origin } = new URL(redirectUri)
  // A private scheme has no origin, and an IPv6 address can't be written in a policy (CSP3 §2.3.1, `host-char`).
  const hasOrigin = (protocol === 'https:' || protocol === 'http:') && !host.startsWith('[')
  return hasOrigin ? origin : protocol
}
