import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { startDevice } from '../../../support/auth-service/device-logins.js'
import type { PageVisit } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { makePasswordLink } from '../../../support/auth-service/password-links.js'

let service: PageService
const visits: Record<string, PageVisit> = {}
beforeAll(async () => {
  service = await pageService()
  const browser = service.browser()
  visits['sign-in'] = await browser.open(authorizationPath())
  visits['sign-in after a failure'] = await service.signIn(browser, {}, { password: 'wrong' })
  visits['consent'] = await service.signIn(browser)
  visits['sign-out'] = await browser.open('/auth/logout')
  visits['signed-in'] = await browser.open('/auth/signed-out')
  visits['account'] = await browser.open('/auth/account')
  visits['account name'] = await browser.open('/auth/account/name')
  visits['account password'] = await browser.open('/auth/account/password')
  visits['account providers'] = await browser.open('/auth/account/providers')
  visits['account sign-in'] = await service.browser().open('/auth/account')
  visits['signed-out'] = await service.browser().open('/auth/signed-out')
  const { user_code } = await startDevice(service)
  const code = await browser.open(`/auth/device?user_code=${user_code}`)
  visits['device code'] = code
  visits['device code that is wrong'] = await browser.submit(code, { fill: { user_code: 'wrong' } })
  visits['device consent'] = await browser.submit(code)
  visits['device done'] = await browser.submit(visits['device consent'], { press: 'Allow' })
  visits['device sign-in'] = await enterCodeAsNobody(user_code)
  visits['password link'] = await browser.open(await makePasswordLink(service.context, service.account.id))
  visits['password link that ended'] = await browser.open('/auth/choose-password?token=none')
  visits['unknown client'] = await browser.open(authorizationPath({ client_id: 'nobody' }))
  visits['unknown page'] = await browser.open('/auth/nothing')
  visits['wrong method'] = await browser.post('/auth/style.css', '')
  visits['foreign form'] = await browser.submit(visits['consent'], {
    headers: { origin: 'https://evil.example' },
  })
})
afterAll(() => service.close())

async function enterCodeAsNobody(userCode: string): Promise<PageVisit> {
  const browser = service.browser()
  return browser.submit(await browser.open(`/auth/device?user_code=${userCode}`))
}

const PAGES = [
  'sign-in',
  'sign-in after a failure',
  'consent',
  'sign-out',
  'signed-in',
  'signed-out',
  'account',
  'account name',
  'account password',
  'account providers',
  'account sign-in',
  'device code',
  'device code that is wrong',
  'device sign-in',
  'device consent',
  'device done',
  'password link',
  'password link that ended',
  'unknown client',
  'unknown page',
  'wrong method',
  'foreign form',
]

describe('every page', () => {
  it.each(PAGES)('is framed, sniffed, stored and referred by nobody: %s (10, 11, 46)', (name) => {
    const { headers } = visits[name] as PageVisit
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'( http:\/\/127\.0\.0\.1:49152)?; frame-ancestors 'none'; base-uri 'none'$/,
    )
  })

  it.each(PAGES)('has no script, no inline style and nothing from elsewhere: %s (10, 11)', (name) => {
    const { html } = visits[name] as PageVisit
    expect(html).not.toMatch(/<script|<style| style=| on[a-z]+=|javascript:|<iframe|<img|<base/i)
    for (const [, address] of html.matchAll(/ (?:src|href|action)="([^"]*)"/g)) {
      expect(address).toMatch(/^(\/auth\/|data:image\/svg\+xml,)/)
    }
  })

  it.each(PAGES)('is for no other origin to read: %s (9)', (name) => {
    const { headers } = visits[name] as PageVisit
    expect(Object.keys(headers).filter((header) => header.startsWith('access-control-'))).toEqual([])
  })

  it.each(PAGES)('has one heading, a language and a title of its own: %s', (name) => {
    const { html, title } = visits[name] as PageVisit
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html).toContain('<html lang="en">')
    expect(title).toMatch(/^.{5,} · 127\.0\.0\.1:9000$/)
  })

  it('lets its form go on to the client of this one request, and nowhere else (10)', () => {
    for (const name of ['sign-in', 'consent']) {
      expect(visits[name]?.headers['content-security-policy']).toContain(
        "form-action 'self' http://127.0.0.1:49152;",
      )
    }
    expect(visits['sign-out']?.headers['content-security-policy']).toContain("form-action 'self';")
  })

  it('answers no preflight (9)', async () => {
    for (const url of ['/auth/authorize', '/auth/sign-in', '/auth/consent', '/auth/logout']) {
      const answer = await service.app.inject({
        method: 'OPTIONS',
        url,
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      })
      expect(answer.statusCode).toBe(405)
      expect(Object.keys(answer.headers).join()).not.toContain('access-control-')
    }
  })

  it('that redirects is not stored either, and sends no referrer (11, 46)', async () => {
    const browser = service.browser()
    const consent = await service.signIn(browser)
    const { headers } = await browser.submit(consent, { press: 'Allow' })
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  })
})

describe('the style sheet', () => {
  it('may be kept for ever under the address that the pages give it, and for no time under another', async () => {
    const [, address = ''] = /href="(\/auth\/style\.css\?[^"]*)"/.exec(visits['sign-in']?.html ?? '') ?? []
    const named = await service.get(address)
    expect(named.headers['content-type']).toBe('text/css; charset=utf-8')
    expect(named.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await service.get('/auth/style.css?00000000')).headers['cache-control']).toBe('no-cache')
  })

  it('loads nothing', async () => {
    expect((await service.get('/auth/style.css')).text).not.toMatch(/url\(|@import|expression/)
  })
})
