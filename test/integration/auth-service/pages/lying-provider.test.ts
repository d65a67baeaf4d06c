import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { linkIdentity } from '../../../../server/auth-service/store/identities.js'
import { insertProvider } from '../../../../server/auth-service/store/providers.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import type { PageBrowser } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { type ProviderDouble, startProviderDouble } from '../../../support/auth-service/provider-double.js'

let service: PageService
let double: ProviderDouble
beforeAll(async () => {
  service = await pageService()
  service.context.clock.now = Date.now()
})
afterAll(() => service.close())
beforeEach(async () => {
  double = await startProviderDouble()
  double.metadata['authorization_response_iss_parameter_supported'] = true
  const { store } = service.context
  await store.write(async (transaction) => {
    await insertProvider(transaction, double.registered())
    const identity = { issuer: double.origin, subject: 'ada', email: null }
    await linkIdentity(transaction, identity, service.account.id, 1)
  })
})
afterEach(async () => {
  await service.context.store.write(async (transaction) => {
    await transaction.deleteFrom('providers').execute()
    await transaction.deleteFrom('browser_sessions').execute()
  })
  await double.close()
})

/** Goes to the provider. Its ID tokens are for this sign-in from then on. */
async function leave(browser: PageBrowser): Promise<URL> {
  const { sentTo } = await browser.open(authorizationPath({ provider: 'double' }))
  if (sentTo === undefined) throw new Error('the browser was not sent to the provider')
  double.claims = { nonce: sentTo.searchParams.get('nonce') }
  return sentTo
}

function comeBack(browser: PageBrowser, from: URL, changes: Record<string, string | null> = {}) {
  const query = new URLSearchParams()
  const good = { code: 'the code', state: from.searchParams.get('state'), iss: double.origin }
  for (const [name, value] of Object.entries({ ...good, ...changes })) {
    if (value !== null) query.append(name, value)
  }
  return browser.open(`/auth/providers/double/callback?${query}`)
}

const sessions = () => service.context.store.read.selectFrom('browser_sessions').selectAll().execute()
const lastFailure = () =>
  service
    .audit()
    .filter(({ event }) => event === 'provider-sign-in-failed')
    .at(-1)

describe('an OpenID Connect provider', () => {
  it('that says what it should signs in, with the verifier of the challenge that was sent (84, 85)', async () => {
    const browser = service.browser()
    const from = await leave(browser)
    expect(Object.fromEntries(from.searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: 'http://127.0.0.1:9000/auth/providers/double/callback',
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect((await comeBack(browser, from)).title).toMatch(/^Allow/)
    const { form } = double.seen.find(({ path }) => path === '/token') ?? {}
    const verifier = new TextEncoder().encode(form?.get('code_verifier') ?? '')
    const digest = await crypto.subtle.digest('SHA-256', verifier)
    expect(Buffer.from(digest).toString('base64url')).toBe(from.searchParams.get('code_challenge'))
  })

  it.each<[string, Record<string, string | null>, number]>([
    ['with neither a code nor an error', { code: null }, 502],
    ['with an empty code', { code: '' }, 502],
    ['with both a code and an error', { error: 'access_denied' }, 403],
    ['with an error that nobody knows', { code: null, error: 'x"><script>' }, 502],
    ['that it has no time', { code: null, error: 'temporarily_unavailable' }, 502],
    ['without its name, which it has promised', { iss: null }, 502],
    ['in the name of another', { iss: 'https://other.example' }, 502],
    ['in a name that is nearly its own', { iss: 'http://127.0.0.1' }, 502],
    [
      'that says no in the name of another',
      { code: null, error: 'access_denied', iss: 'https://a.example' },
      502,
    ],
    ['with tokens in the address', { id_token: 'a.b.c' }, 502],
    ['with tokens in place of a code', { code: null, response: 'a.b.c' }, 502],
  ])('that answers %s signs nobody in, and is asked no more (85)', async (_what, changes, status) => {
    const browser = service.browser()
    const visit = await comeBack(browser, await leave(browser), changes)
    expect(visit).toMatchObject({ status, sentTo: undefined })
    expect(visit.html).not.toContain('<script>')
    expect(await sessions()).toEqual([])
    expect(double.seen.filter(({ path }) => path === '/token')).toEqual([])
    expect(lastFailure()).toMatchObject({
      provider: 'double',
      reason: expect.stringContaining('authorization: '),
    })
    expect((await comeBack(browser, await leave(browser))).title).toMatch(/^Allow/)
  })

  it('that gives the ID token of another sign-in signs nobody in (86)', async () => {
    const [first, second] = [service.browser(), service.browser()]
    const from = await leave(first)
    await leave(second)
    expect((await comeBack(first, from)).status).toBe(502)
    expect(await sessions()).toEqual([])
    expect(lastFailure()).toMatchObject({ reason: expect.stringContaining('identity: ') })
  })

  it('that does not prove a new sign-in is not enough for a client that wants one (83)', async () => {
    const browser = service.browser()
    const { sentTo } = await browser.open(authorizationPath({ provider: 'double', prompt: 'login' }))
    double.claims = {
      nonce: sentTo?.searchParams.get('nonce'),
      auth_time: Math.floor(Date.now() / 1000) - 3600,
    }
    const visit = await comeBack(browser, sentTo as URL)
    expect(visit.status).toBe(403)
    expect(visit.text).toContain('doesn’t say that you just did')
    expect(await sessions()).toEqual([])
  })
})
