import { expect, test } from 'vitest'
import {
  type ClientRegistration,
  whyNotRegistrableClient,
} from '../../../../../server/auth-service/checks/client-registration.js'

const native: ClientRegistration = {
  id: 'app',
  name: 'An app',
  kind: 'native',
  confidential: false,
  redirectUris: ['http://127.0.0.1/callback'],
  postLogoutRedirectUris: [],
  requirePkce: true,
  idTokenSignedResponseAlg: 'ES256',
  deviceScopes: null,
}
const web: ClientRegistration = {
  ...native,
  kind: 'web',
  confidential: true,
  redirectUris: ['https://app.example.org/callback'],
}
const free = { isClient: false, isAccount: false, isResourceCredential: false }

test('registers a native client and a web client', () => {
  expect(whyNotRegistrableClient(native, free)).toBeUndefined()
  expect(whyNotRegistrableClient(web, free)).toBeUndefined()
})

test('lets a confidential client do without PKCE, and never a public one (21)', () => {
  expect(whyNotRegistrableClient({ ...web, requirePkce: false }, free)).toBeUndefined()
  const reason = 'a public client always needs PKCE'
  expect(whyNotRegistrableClient({ ...native, requirePkce: false }, free)).toBe(reason)
  expect(whyNotRegistrableClient({ ...web, confidential: false, requirePkce: false }, free)).toBe(reason)
})

test('gives a native client no secret (33)', () => {
  expect(whyNotRegistrableClient({ ...native, confidential: true }, free)).toContain('can keep no secret')
})

test('refuses a client id that is the id of an account (40)', () => {
  expect(whyNotRegistrableClient(native, { ...free, isAccount: true })).toBe('app is the id of an account')
})

test.each(['isClient', 'isResourceCredential'] as const)('refuses a client id that is taken: %s', (which) => {
  expect(whyNotRegistrableClient(native, { ...free, [which]: true })).toBe('the client id app is taken')
})

test.each(['', 'a b', 'a/b', 'ä', 'x'.repeat(65), 'a\n', 'a:b'])('refuses the client id %j', (id) => {
  expect(whyNotRegistrableClient({ ...native, id }, free)).toContain('a client id has')
})

test.each(['', ' app', 'two\nlines', 'turned \u202e around', '\u2028', 'x'.repeat(81)])(
  'refuses the name %j, which would stand on the consent page',
  (name) => {
    expect(whyNotRegistrableClient({ ...native, name }, free)).toContain('a client name has')
  },
)

test('asks for a redirect URI', () => {
  expect(whyNotRegistrableClient({ ...native, redirectUris: [] }, free)).toContain('at least one')
})

test.each([
  'http://example.org/callback',
  'http://127.1/callback',
  'http://localhost/callback',
  'https://example.org/callback#part',
  'https://*.example.org/callback',
  'https://user@example.org/callback',
  'https://example.org/\\callback',
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'myapp:/callback',
  '/callback',
])('refuses to send answers to %s (3, 4)', (uri) => {
  expect(whyNotRegistrableClient({ ...native, redirectUris: [uri] }, free)).toContain("can't be registered")
  const registration = { ...native, redirectUris: [...native.redirectUris, uri] }
  expect(whyNotRegistrableClient(registration, free), 'as the second one').toContain("can't be registered")
  const logout = { ...native, postLogoutRedirectUris: [uri] }
  expect(whyNotRegistrableClient(logout, free), 'after signing out').toContain("can't be registered")
})

test.each([
  'http://127.0.0.1/callback',
  'http://[::1]:8080/callback',
  'http://localhost:8080/callback',
  'https://example.org/callback?tenant=a',
  'org.example.app:/callback',
])('lets a native client be answered at %s (3, 4)', (uri) => {
  expect(whyNotRegistrableClient({ ...native, redirectUris: [uri] }, free)).toBeUndefined()
})

const service: ClientRegistration = { ...web, kind: 'service', redirectUris: [] }

test('registers a client that acts for itself without any address (39)', () => {
  expect(whyNotRegistrableClient(service, free)).toBeUndefined()
})

test('registers no public client that acts for itself (39)', () => {
  expect(whyNotRegistrableClient({ ...service, confidential: false }, free)).toContain('with a secret')
})

test.each([
  ['a redirect URI', { redirectUris: ['https://app.example.org/callback'] }],
  ['a place to go after signing out', { postLogoutRedirectUris: ['https://app.example.org/'] }],
  ['the device grant', { deviceScopes: 'any' }],
] as const)('refuses a client that acts for itself with %s: it logs nobody in (39)', (_what, changes) => {
  expect(whyNotRegistrableClient({ ...service, ...changes }, free)).toContain('logs nobody in')
})
