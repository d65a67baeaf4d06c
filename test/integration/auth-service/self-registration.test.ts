import { afterEach, describe, expect, it } from 'vitest'
import { type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'

let service: TestAuthService
afterEach(() => service.close())

describe('a client that wants to register itself', () => {
  it('is offered no way in the metadata (42) (V12)', async () => {
    service = await testAuthService()
    const { body } = await service.get('/.well-known/openid-configuration')
    expect(body).not.toHaveProperty('registration_endpoint')
    expect(body).not.toHaveProperty('client_id_metadata_document_supported')
  })

  it.each(['/register', '/registration', '/clients', '/connect/register'])(
    'finds nothing at %s (42)',
    async (path) => {
      service = await testAuthService()
      const { status } = await service.post(path, { redirect_uris: 'https://client.example/callback' })
      expect(status).toBe(404)
    },
  )

  it.each([
    'https://client.example/metadata.json',
    'http://127.0.0.1:1/metadata.json',
    'http://169.254.169.254/latest',
  ])(
    'is unknown under the address of a document about itself, %s, which nobody fetches (42) (V12)',
    async (clientId) => {
      service = await testAuthService()
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: `${new URL(clientId).origin}/callback`,
      })
      const { status, headers } = await service.get(`/auth/authorize?${query}`)
      expect(status).toBe(400)
      expect(headers['location']).toBeUndefined()
    },
  )
})
