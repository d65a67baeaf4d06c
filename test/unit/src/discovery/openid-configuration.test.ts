import { refreshTokenGrant } from 'openid-client'
import { describe, expect, it } from 'vitest'
import { openidConfiguration } from '../../../../src/discovery/openid-configuration.js'
import type { ServerMetadata } from '../../../../src/discovery/server-metadata.js'
import { scriptHttp } from '../../../support/cli/scripted-http.js'

const TOKENS = { json: { access_token: 'a', token_type: 'Bearer' } }

function metadata(issuer: string, tokenEndpoint = `${issuer}/token`): ServerMetadata {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: tokenEndpoint,
    jwks_uri: `${issuer}/jwks`,
    code_challenge_methods_supported: ['S256'],
  }
}

async function refreshAt(issuer: string, tokenEndpoint?: string) {
  const { http, requests } = scriptHttp({ [`${issuer}/token`]: TOKENS })
  const server = { issuer, metadata: metadata(issuer, tokenEndpoint) }
  const configuration = await openidConfiguration({ http }, server, 'authcli')
  await refreshTokenGrant(configuration, 'r')
  return { configuration, requests }
}

describe('openidConfiguration', () => {
  it.each(['https://as.example', 'http://127.0.0.1:9000'])(
    'speaks with %s through our HTTP client',
    async (issuer) => {
      const { requests } = await refreshAt(issuer)
      expect(requests.map(({ url }) => url.href)).toEqual([`${issuer}/token`])
    },
  )

  it('names the client and sends no secret, for there is none (33)', async () => {
    const { requests } = await refreshAt('https://as.example')
    expect(Object.fromEntries(new URLSearchParams(String(requests[0]?.body)))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'r',
      client_id: 'authcli',
    })
    expect(requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('lets no request of an https issuer go out in the clear, whatever its metadata say (19)', async () => {
    await expect(refreshAt('https://as.example', 'http://as.example/token')).rejects.toThrow(/HTTPS/)
  })

  it('leaves time limits to our HTTP client, which says what happened', async () => {
    const { configuration } = await refreshAt('https://as.example')
    expect(configuration.timeout).toBe(0)
  })
})
