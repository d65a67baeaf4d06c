import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from '../../../../../server/auth-service/pages/content-security-policy.js'

describe('the content security policy of a page', () => {
  it('allows no script, no frame around it and no other base (10)', () => {
    expect(contentSecurityPolicy()).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
  })

  it.each([
    ['http://127.0.0.1:49152/callback', 'http://127.0.0.1:49152'],
    ['https://app.example.org/callback?a=b;script-src', 'https://app.example.org'],
    // There is no way to write the address itself.
    ['http://[::1]:49152/callback', 'http:'],
    ['org.example.app:/callback', 'org.example.app:'],
  ])('lets a form go on to %s (10)', (redirectUri, source) => {
    expect(contentSecurityPolicy(redirectUri)).toContain(`form-action 'self' ${source}; frame-ancestors`)
  })

  it('never turns the way to a loopback listener into https', () => {
    expect(contentSecurityPolicy('http://127.0.0.1:49152/callback')).not.toContain(
      'upgrade-insecure-requests',
    )
  })
})
