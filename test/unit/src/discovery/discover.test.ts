import { describe, expect, it } from 'vitest'
import { discoverFromApi } from '../../../../src/discovery/discover.js'
import { HttpError } from '../../../../src/http.js'
import { type ScriptedAnswer, scriptHttp } from '../../../support/cli/scripted-http.js'
import { serverMetadata } from '../../../support/cli/server-metadata.js'

const API = 'https://api.example'
const ISSUER = 'https://as.example'
const API_METADATA_URL = `${API}/.well-known/oauth-protected-resource`
const SERVER_METADATA_URL = `${ISSUER}/.well-known/oauth-authorization-server`

const RESOURCE_METADATA = {
  resource: `${API}/`,
  authorization_servers: [ISSUER],
  scopes_supported: ['items:read', 'items:write'],
}

function refusal(challenge: string): ScriptedAnswer {
  return { status: 401, headers: { 'www-authenticate': challenge } }
}

function discoverWith(answers: Record<string, ScriptedAnswer>, api = API) {
  const { http, requests } = scriptHttp({
    [`${API}/items`]: refusal('Bearer'),
    [API_METADATA_URL]: { json: RESOURCE_METADATA },
    [SERVER_METADATA_URL]: { json: serverMetadata(ISSUER) },
    ...answers,
  })
  return { discovered: discoverFromApi({ http }, api, 'items'), requests }
}

describe('discoverFromApi', () => {
  it('finds resource, issuer, scopes and endpoints from nothing but the address', async () => {
    const { discovered, requests } = discoverWith({})
    expect(await discovered).toEqual({
      resource: API,
      issuer: ISSUER,
      scopes: ['items:read', 'items:write'],
      server: {
        issuer: ISSUER,
        metadata: {
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/auth/authorize`,
          token_endpoint: `${ISSUER}/token`,
          jwks_uri: `${ISSUER}/jwks`,
          code_challenge_methods_supported: ['S256'],
        },
      },
    })
    expect(requests.map(({ url }) => url.href)).toEqual([
      `${API}/items`,
      API_METADATA_URL,
      SERVER_METADATA_URL,
    ])
    expect(requests.every(({ method, headers }) => method === 'GET' && !headers?.['authorization'])).toBe(
      true,
    )
  })

  it('inserts the path of the API into the place of its metadata', async () => {
    const { discovered } = discoverWith(
      {
        [`${API}/v1/items`]: refusal('Bearer'),
        [`${API_METADATA_URL}/v1`]: { json: { ...RESOURCE_METADATA, resource: `${API}/v1` } },
      },
      `${API}/v1`,
    )
    expect((await discovered).resource).toBe(`${API}/v1`)
  })

  it('follows the place that a 401 of the same origin names', async () => {
    const { discovered } = discoverWith({
      [`${API}/items`]: refusal(`Bearer resource_metadata="${API}/metadata"`),
      [`${API}/metadata`]: { json: { ...RESOURCE_METADATA, scopes_supported: ['other'] } },
    })
    expect((await discovered).scopes).toEqual(['other'])
  })

  it.each([
    'https://evil.example/metadata',
    'http://api.example/metadata',
    'https://api.example:8443/metadata',
    'file:///etc/passwd',
    'not a url',
  ])('asks for nothing at %s, which a 401 names', async (place) => {
    const { discovered, requests } = discoverWith({
      [`${API}/items`]: refusal(`Bearer resource_metadata="${place}"`),
    })
    await discovered
    expect(requests.map(({ url }) => url.href)).toContain(API_METADATA_URL)
    expect(requests.map(({ url }) => url.origin).filter((origin) => ![API, ISSUER].includes(origin))).toEqual(
      [],
    )
  })

  it('prefers the scope that the 401 asks for to everything that the API offers', async () => {
    const { discovered } = discoverWith({ [`${API}/items`]: refusal('Bearer scope="items:read"') })
    expect((await discovered).scopes).toEqual(['items:read'])
  })

  it('believes a challenge of a 401 only', async () => {
    const { discovered } = discoverWith({
      [`${API}/items`]: { status: 403, headers: { 'www-authenticate': 'Bearer scope="x"' } },
    })
    expect((await discovered).scopes).toEqual(['items:read', 'items:write'])
  })

  it.each([
    ['another resource', { ...RESOURCE_METADATA, resource: 'https://other.example' }, /speaks for .*other/],
    ['a path too much', { ...RESOURCE_METADATA, resource: `${API}/v1` }, /speaks for/],
    ['no resource', { ...RESOURCE_METADATA, resource: undefined }, /speaks for the resource nothing/],
    ['a resource that is no text', { ...RESOURCE_METADATA, resource: [API] }, /speaks for/],
    ['no authorization server', { resource: API }, /names no authorization server/],
    ['an empty list', { ...RESOURCE_METADATA, authorization_servers: [] }, /names no authorization server/],
    ['a file', { ...RESOURCE_METADATA, authorization_servers: ['file:///x'] }, /is not an https URL/],
    ['plain http', { ...RESOURCE_METADATA, authorization_servers: ['http://as.example'] }, /neither https/],
    ['our own ports', { ...RESOURCE_METADATA, authorization_servers: ['http://127.0.0.1:1'] }, /not https/],
    ['a number', { ...RESOURCE_METADATA, authorization_servers: [7] }, /is not a text/],
  ])('refuses resource metadata with %s', async (_what, json, message) => {
    const { discovered } = discoverWith({ [API_METADATA_URL]: { json } })
    await expect(discovered).rejects.toMatchObject({
      code: 'DISCOVERY_FAILED',
      message: expect.stringMatching(message),
    })
  })

  it('names the API that was probably meant when a neighbour answers', async () => {
    const { discovered } = discoverWith({
      [API_METADATA_URL]: { json: { ...RESOURCE_METADATA, resource: `${API}/v1` } },
    })
    await expect(discovered).rejects.toMatchObject({ hint: expect.stringContaining(`--api ${API}/v1`) })
  })

  it.each([
    ['missing', { status: 404 }, /is not there \(the answer was 404\)/],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example' } }, /302/],
    [
      'a web page',
      { body: '<html>', headers: { 'content-type': 'text/html' } },
      /not JSON by its content type/,
    ],
    ['JSON by another name', { body: '{}', headers: { 'content-type': 'text/plain' } }, /content type/],
    ['without a content type', { body: '{}' }, /content type/],
    ['half a document', { body: '{"a":', headers: { 'content-type': 'application/json' } }, /JSON object/],
    ['a list', { json: [RESOURCE_METADATA] }, /JSON object/],
    ['null', { json: null }, /JSON object/],
    [
      'not UTF-8',
      { body: new Uint8Array([123, 255]), headers: { 'content-type': 'application/json' } },
      /object/,
    ],
    ['huge', { json: { ...RESOURCE_METADATA, x: 'x'.repeat(300_000) } }, /too large/],
  ])('refuses a document that is %s', async (_what, answer, message) => {
    const { discovered } = discoverWith({ [API_METADATA_URL]: answer })
    await expect(discovered).rejects.toMatchObject({
      code: 'DISCOVERY_FAILED',
      message: expect.stringMatching(message),
    })
  })

  it('shows no more than a line of what a hostile document says', async () => {
    const { discovered } = discoverWith({
      [API_METADATA_URL]: { json: { ...RESOURCE_METADATA, resource: `\u001b[2J\n${'x'.repeat(5000)}` } },
    })
    const error: Error = await discovered.then(
      () => new Error('nothing was refused'),
      (reason) => reason,
    )
    expect(error.message.length).toBeLessThan(400)
    expect(error.message).not.toMatch(/\p{Cc}/u)
  })

  it('drops offered scopes that are none', async () => {
    const scopes = ['items:read', 'a b', '', 7, '\u001b[2J', null]
    const { discovered } = discoverWith({
      [API_METADATA_URL]: { json: { ...RESOURCE_METADATA, scopes_supported: scopes } },
    })
    expect((await discovered).scopes).toEqual(['items:read'])
  })

  it.each([
    ['does not answer', new HttpError('connection refused')],
    ['is overloaded', { status: 503 }],
    ['throttles', { status: 429 }],
  ])('says that the API is unreachable when it %s', async (_what, answer) => {
    for (const url of [`${API}/items`, API_METADATA_URL]) {
      await expect(discoverWith({ [url]: answer }).discovered).rejects.toMatchObject({
        code: 'API_UNREACHABLE',
      })
    }
  })

  it('says that the AuthService is unreachable when that one does not answer', async () => {
    const { discovered } = discoverWith({ [SERVER_METADATA_URL]: new HttpError('timed out') })
    await expect(discovered).rejects.toMatchObject({
      code: 'AUTH_SERVICE_UNREACHABLE',
      message: expect.stringContaining('timed out'),
    })
  })
})
