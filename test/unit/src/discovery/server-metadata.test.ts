import { describe, expect, it } from 'vitest'
import { discoverAuthorizationServer } from '../../../../src/discovery/discover.js'
import { type ScriptedAnswer, scriptHttp } from '../../../support/cli/scripted-http.js'
import { serverMetadata } from '../../../support/cli/server-metadata.js'

const ISSUER = 'https://as.example'
const SERVER_METADATA_URL = `${ISSUER}/.well-known/oauth-authorization-server`

describe('discoverAuthorizationServer', () => {
  const discover = (answers: Record<string, ScriptedAnswer>, issuer = ISSUER) =>
    discoverAuthorizationServer({ http: scriptHttp(answers).http }, issuer)

  it.each([
    [ISSUER, SERVER_METADATA_URL],
    [ISSUER, `${ISSUER}/.well-known/openid-configuration`],
    [`${ISSUER}/tenant`, `${SERVER_METADATA_URL}/tenant`],
    [`${ISSUER}/tenant`, `${ISSUER}/.well-known/openid-configuration/tenant`],
    [`${ISSUER}/tenant`, `${ISSUER}/tenant/.well-known/openid-configuration`],
    [`${ISSUER}/tenant/`, `${SERVER_METADATA_URL}/tenant`],
  ])('finds the metadata of %s at %s', async (issuer, place) => {
    const server = await discover({ [place]: { json: serverMetadata(issuer) } }, issuer)
    expect(server.metadata.issuer).toBe(issuer)
  })

  it('goes on to the next place when a web page is at the first', async () => {
    const server = await discover({
      [SERVER_METADATA_URL]: { body: '<html>', headers: { 'content-type': 'text/html' } },
      [`${ISSUER}/.well-known/openid-configuration`]: { json: serverMetadata(ISSUER) },
    })
    expect(server.issuer).toBe(ISSUER)
  })

  it('names every place that it looked at when there is no document', async () => {
    await expect(discover({})).rejects.toMatchObject({
      code: 'DISCOVERY_FAILED',
      message: expect.stringMatching(
        /oauth-authorization-server is not there.*openid-configuration is not there/,
      ),
    })
  })

  it.each([
    'https://as.example/',
    'https://AS.example',
    'https://as.example:443',
    'https://evil.example',
    'https://as.example/other',
    undefined,
    null,
    [ISSUER],
  ])('refuses a document of the issuer %j (67)', async (issuer) => {
    await expect(
      discover({ [SERVER_METADATA_URL]: { json: { ...serverMetadata(ISSUER), issuer } } }),
    ).rejects.toMatchObject({
      code: 'DISCOVERY_FAILED',
      message: expect.stringContaining('speaks for the issuer'),
    })
  })

  it.each([
    ['a file', 'file:///etc/passwd'],
    ['a script', 'javascript:alert(1)'],
    ['a newline', 'https://as.example/\nHost: x'],
    ['a command behind', 'https://as.example/ & calc'],
    ['a command in quotes', 'https://as.example/"$(id)"'],
    ['plain http', 'http://as.example/token'],
    ['our own ports', 'http://127.0.0.1:22/token'],
    ['a fragment', 'https://as.example/token#x'],
    ['a user name', 'https://as.example@evil.example/token'],
    ['a path only', '/token'],
    ['a number', 7],
    ['a list', ['https://as.example/token']],
  ])('refuses %s as an endpoint (97)', async (_what, url) => {
    const endpoints = [
      'authorization_endpoint',
      'token_endpoint',
      'jwks_uri',
      'revocation_endpoint',
      'end_session_endpoint',
    ]
    for (const endpoint of endpoints) {
      const json = { ...serverMetadata(ISSUER), [endpoint]: url }
      await expect(discover({ [SERVER_METADATA_URL]: { json } })).rejects.toMatchObject({
        code: 'DISCOVERY_FAILED',
        message: expect.stringContaining(endpoint),
      })
    }
  })

  it.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri'])('needs the %s', async (endpoint) => {
    const json = { ...serverMetadata(ISSUER), [endpoint]: undefined }
    await expect(discover({ [SERVER_METADATA_URL]: { json } })).rejects.toMatchObject({
      message: expect.stringContaining(`has no ${endpoint}`),
    })
  })

  it.each([undefined, [], ['plain'], ['s256'], 'S256', [7]])('refuses PKCE methods %j', async (methods) => {
    const json = { ...serverMetadata(ISSUER), code_challenge_methods_supported: methods }
    await expect(discover({ [SERVER_METADATA_URL]: { json } })).rejects.toMatchObject({
      message: expect.stringContaining('S256'),
    })
  })

  it('refuses a server without the authorization code flow', async () => {
    const json = { ...serverMetadata(ISSUER), response_types_supported: ['token'] }
    await expect(discover({ [SERVER_METADATA_URL]: { json } })).rejects.toMatchObject({
      message: expect.stringContaining('authorization code flow'),
    })
  })

  it('lets an issuer on loopback have its endpoints there', async () => {
    const issuer = 'http://127.0.0.1:9000'
    const server = await discover(
      { [`${issuer}/.well-known/oauth-authorization-server`]: { json: serverMetadata(issuer) } },
      issuer,
    )
    expect(server.metadata.token_endpoint).toBe(`${issuer}/token`)
  })

  it('passes on nothing that it does not know', async () => {
    const json = { ...serverMetadata(ISSUER), registration_endpoint: 'file:///x', constructor: 'x', mtls: {} }
    const server = await discover({ [SERVER_METADATA_URL]: { json } })
    expect(Object.keys(server.metadata).sort()).toEqual([
      'authorization_endpoint',
      'code_challenge_methods_supported',
      'issuer',
      'jwks_uri',
      'token_endpoint',
    ])
  })

  it.each(['http://as.example', 'https://as.example?x=y', 'https://as.example#x', 'as.example', 'file:///x'])(
    'asks nobody about the issuer %s',
    async (issuer) => {
      const { http, requests } = scriptHttp({})
      await expect(discoverAuthorizationServer({ http }, issuer)).rejects.toMatchObject({
        code: 'DISCOVERY_FAILED',
      })
      expect(requests).toEqual([])
    },
  )
})
