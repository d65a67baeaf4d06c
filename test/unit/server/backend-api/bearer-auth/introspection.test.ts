import { describe, expect, it } from 'vitest'
import type { AccessToken } from '../../../../../server/backend-api/bearer-auth/access-token.js'
import {
  type AuthService,
  AuthServiceUnavailable,
} from '../../../../../server/backend-api/bearer-auth/auth-service.js'
import { createIntrospect } from '../../../../../server/backend-api/bearer-auth/introspection.js'
import type { HttpRequest } from '../../../../../server/backend-api/http.js'

const RESOURCE = 'https://api.example'
const CLAIMS: AccessToken = {
  issuer: 'https://as.example',
  subject: 'account-1',
  clientId: 'authcli',
  tokenId: 'token-1',
  expiresAt: 2_000,
  scopes: new Set(['items:read']),
  user: { username: undefined, name: undefined, email: undefined },
  isOfPerson: true,
}
const ACTIVE = {
  active: true,
  iss: 'https://as.example',
  sub: 'account-1',
  aud: RESOURCE,
  client_id: 'authcli',
  jti: 'token-1',
  scope: 'items:read',
  exp: 1_900,
  username: 'demo',
  name: 'Demo Person',
  email: 'demo@example.com',
}

function introspecting(answer: unknown, { hasEndpoint = true } = {}) {
  const sent: HttpRequest[] = []
  const forgotten: string[] = []
  const authService: AuthService = {
    metadata: async () => ({
      jwksUri: new URL('https://as.example/jwks'),
      introspectionEndpoint: hasEndpoint ? new URL('https://as.example/introspect') : undefined,
    }),
    forgetMetadata: () => {
      forgotten.push('metadata')
    },
    fetchJson: async (request) => {
      sent.push(request)
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  const credentials = { clientId: 'back end', clientSecret: 'a:b/+é' }
  return {
    sent,
    forgotten,
    introspect: createIntrospect({ authService }, { credentials, resource: RESOURCE }),
  }
}

it('posts the token with the credentials of this resource, form-encoded', async () => {
  const { introspect, sent } = introspecting(ACTIVE)
  await introspect('the.token.itself', CLAIMS, undefined)
  expect(sent).toEqual([
    {
      method: 'POST',
      url: new URL('https://as.example/introspect'),
      headers: { authorization: `Basic ${Buffer.from('back+end:a%3Ab%2F%2B%C3%A9').toString('base64')}` },
      form: new URLSearchParams({ token: 'the.token.itself', token_type_hint: 'access_token' }),
    },
  ])
})

it('carries the trace on', async () => {
  const { introspect, sent } = introspecting(ACTIVE)
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  await introspect('t', CLAIMS, traceId)
  expect(sent[0]?.headers?.['traceparent']).toMatch(`00-${traceId}-`)
})

it('answers who the person is, for what and until when', async () => {
  expect(await introspecting(ACTIVE).introspect('t', CLAIMS, undefined)).toEqual({
    active: true,
    scopes: new Set(['items:read']),
    user: { username: 'demo', name: 'Demo Person', email: 'demo@example.com' },
    expiresAt: 1_900,
  })
})

it('is content with an AuthService that says only that the token is active', async () => {
  const answer = await introspecting({ active: true }).introspect('t', CLAIMS, undefined)
  expect(answer).toMatchObject({ active: true, scopes: undefined, expiresAt: undefined })
})

it('answers that a token is not active', async () => {
  expect((await introspecting({ active: false }).introspect('t', CLAIMS, undefined)).active).toBe(false)
})

describe('an answer is unusable when', () => {
  it.each([
    ['it is no object', []],
    ['it does not say whether the token is active', { sub: 'account-1' }],
    ['active is text', { active: 'true' }],
    ['active is a number', { active: 1 }],
    ['the scope is a list', { ...ACTIVE, scope: ['items:read'] }],
    ['exp is text', { ...ACTIVE, exp: '1900' }],
    ['it is about another person', { ...ACTIVE, sub: 'account-2' }],
    ['it is about another client', { ...ACTIVE, client_id: 'other' }],
    ['it is about another token', { ...ACTIVE, jti: 'token-2' }],
    ['it is of another issuer', { ...ACTIVE, iss: 'https://other.example' }],
    ['it is for another resource', { ...ACTIVE, aud: 'https://other.example' }],
    ['it is for other resources', { ...ACTIVE, aud: ['https://other.example'] }],
  ])('%s', async (_what, answer) => {
    await expect(introspecting(answer).introspect('t', CLAIMS, undefined)).rejects.toThrow(
      AuthServiceUnavailable,
    )
  })
})

it('reads the metadata again after a failure: the endpoint may have moved', async () => {
  const { introspect, forgotten } = introspecting(new AuthServiceUnavailable('gone'))
  await expect(introspect('t', CLAIMS, undefined)).rejects.toThrow('gone')
  expect(forgotten).toEqual(['metadata'])
})

it('cannot ask an AuthService that has no introspection endpoint', async () => {
  const { introspect, sent } = introspecting(ACTIVE, { hasEndpoint: false })
  await expect(introspect('t', CLAIMS, undefined)).rejects.toThrow('no introspection endpoint')
  expect(sent).toEqual([])
})
