import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AUTHORIZATION_PARAMETERS,
  authorizationPath,
  authorizationQuery,
} from '../../../support/auth-service/authorization-requests.js'
import { TEST_REDIRECT_URI } from '../../../support/auth-service/codes.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'

let service: PageService
beforeAll(async () => {
  service = await pageService()
  await service.context.addClient({
    id: 'web',
    name: 'A web client',
    kind: 'web',
    secretHash: 'a hash',
    redirectUris: ['https://app.example.org/callback?tenant=a'],
  })
})
afterAll(() => service.close())

const WEB = { client_id: 'web', redirect_uri: 'https://app.example.org/callback?tenant=a' }

describe('a request that has no client or no address', () => {
  it.each([
    ['no client', { client_id: undefined }],
    ['an empty client', { client_id: '' }],
    ['an unknown client', { client_id: 'nobody' }],
    ['an address of another client', { redirect_uri: WEB.redirect_uri }],
    ['an unknown address', { redirect_uri: 'https://evil.example/' }],
    ['no address, of several', { redirect_uri: undefined }],
    ['an address that leads on', { redirect_uri: `${TEST_REDIRECT_URI}/../x` }],
    ['both wrong, and asks for silence', { client_id: 'nobody', prompt: 'none' }],
  ])('is answered with a page and never with a redirect: %s (5, 6, V6)', async (_case, changes) => {
    for (const answer of [
      await service.get(authorizationPath(changes)),
      await service.post('/auth/authorize', authorizationQuery(changes)),
    ]) {
      expect(answer.status).toBe(400)
      expect(answer.headers).not.toHaveProperty('location')
      expect(answer.headers['content-type']).toMatch(/^text\/html/)
      expect(answer.text).not.toContain('evil.example')
      expect(answer.text).not.toContain('nobody')
    }
  })

  it.each(
    [...Object.keys(AUTHORIZATION_PARAMETERS), 'prompt', 'max_age', 'unknown', 'a[]', 'a[b]'].filter(
      (name) => name !== 'resource',
    ),
  )('is one that says %s twice (12, V8)', async (name) => {
    const once = new URLSearchParams(authorizationQuery({ [name]: 'x' }))
    const twice = `${once}&${new URLSearchParams({ [name]: 'x' })}`
    for (const answer of [
      await service.get(`/auth/authorize?${twice}`),
      await service.post('/auth/authorize', twice),
      await service.post(`/auth/authorize?${new URLSearchParams({ [name]: 'x' })}`, once.toString()),
    ]) {
      expect(answer.status).toBe(400)
      expect(answer.headers).not.toHaveProperty('location')
    }
  })

  it('is one that holds a NUL', async () => {
    const answer = await service.get(authorizationPath({ state: 'a\0b' }))
    expect(answer.status).toBe(400)
    expect(answer.headers).not.toHaveProperty('location')
  })

  it('is one that is too long to be carried along', async () => {
    const answer = await service.get(authorizationPath({ state: 'x'.repeat(8 * 1024) }))
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('too long')
  })
})

describe('what is wrong with a request', () => {
  const mistakes: [string, Record<string, string | undefined>, string][] = [
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['a hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['another response mode', { response_mode: 'form_post' }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no challenge method', { code_challenge_method: undefined }, 'invalid_request'],
    ['no scope that is known', { scope: 'nothing' }, 'invalid_scope'],
    ['a malformed scope', { scope: 'openid  profile' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://unknown.example' }, 'invalid_target'],
    ['no resource identifier', { resource: 'items' }, 'invalid_target'],
    ['a request object', { request: 'eyJ' }, 'request_not_supported'],
    ['a request by reference', { request_uri: 'https://c.example/1' }, 'request_uri_not_supported'],
    ['a registration', { registration: '{}' }, 'registration_not_supported'],
    ['an unknown prompt', { prompt: 'create' }, 'invalid_request'],
    ['prompt none and another', { prompt: 'none login' }, 'invalid_request'],
    ['a malformed max_age', { max_age: 'soon' }, 'invalid_request'],
    ['a forged hint', { id_token_hint: 'eyJhbGciOiJub25lIn0.e30.' }, 'invalid_request'],
  ]

  it.each(mistakes)(
    'is told to the client, but only once the person has signed in: %s (7, 14, 15, 16)',
    async (_case, changes, error) => {
      const browser = service.browser()
      const signInPage = await browser.open(authorizationPath(changes))
      expect(signInPage.sentTo).toBeUndefined()
      expect(signInPage.title).toMatch(/^Sign in/)
      const { sentTo } = await service.signIn(browser, changes)
      expect(`${sentTo?.origin}${sentTo?.pathname}`).toBe(TEST_REDIRECT_URI)
      const answer = Object.fromEntries(sentTo?.searchParams ?? [])
      expect(answer).toEqual({
        error,
        error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
        state: AUTHORIZATION_PARAMETERS.state,
        iss: service.context.settings.issuer,
      })
      const again = await browser.open(authorizationPath(changes))
      expect(again.sentTo?.searchParams.get('error')).toBe(error)
    },
  )

  it.each(mistakes.filter(([, changes]) => !('prompt' in changes)))(
    'is told to a client at once that wants no page to be shown: %s (7, 83)',
    async (_case, changes, error) => {
      const { sentTo, passed } = await service
        .browser()
        .open(authorizationPath({ ...changes, prompt: 'none' }))
      expect(sentTo?.searchParams.get('error')).toBe(error)
      expect(passed).toHaveLength(1)
    },
  )
})
