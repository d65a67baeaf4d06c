import { describe, expect, it } from 'vitest'
import { createBearerFetch } from '../../../../src/api/bearer-fetch.js'
import type { HttpRequest, HttpResponse } from '../../../../src/http.js'

const API = 'https://api.example.com/v1'
const ITEMS = new URL(`${API}/items`)

function setUp(responses: (Partial<HttpResponse> & { challenge?: string })[], resource = API) {
  const sent: HttpRequest[] = []
  const replaced: string[] = []
  const bearerFetch = createBearerFetch(
    {
      http: async (request) => {
        sent.push(request)
        const { challenge, ...response } = responses.shift() ?? {}
        const headers = challenge === undefined ? {} : { 'www-authenticate': challenge }
        return { status: 200, headers, body: new Uint8Array(), ...response }
      },
      accessTokens: {
        current: async () => 'token-1',
        replace: async (rejected) => {
          replaced.push(rejected)
          return `token-${replaced.length + 1}`
        },
      },
    },
    resource,
  )
  return { bearerFetch, sent, replaced, tokens: () => sent.map(({ headers }) => headers?.['authorization']) }
}

describe('bearer fetch', () => {
  it('sends the request with the token, and gives back the response', async () => {
    const { bearerFetch, sent } = setUp([{ status: 204 }])
    const request = { method: 'POST', url: ITEMS, headers: { 'x-a': 'b' }, body: 'text' } as const
    expect(await bearerFetch(request)).toMatchObject({ status: 204 })
    expect(sent).toEqual([{ ...request, headers: { 'x-a': 'b', authorization: 'Bearer token-1' } }])
  })

  it.each([undefined, 'Bearer', 'Bearer error="invalid_token"', 'Basic realm="x"', 'garbage ,,='])(
    'answers a 401 with %j by one new token and one resend',
    async (challenge) => {
      const refusal = { status: 401, ...(challenge !== undefined && { challenge }) }
      const { bearerFetch, tokens, replaced } = setUp([refusal, { status: 200 }])
      expect(await bearerFetch({ method: 'GET', url: ITEMS })).toMatchObject({ status: 200 })
      expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-2'])
      expect(replaced).toEqual(['token-1'])
    },
  )

  it('does it once, and then gives back the 401', async () => {
    const { bearerFetch, sent } = setUp([{ status: 401 }, { status: 401 }, { status: 200 }])
    expect(await bearerFetch({ method: 'GET', url: ITEMS })).toMatchObject({ status: 401 })
    expect(sent).toHaveLength(2)
  })

  it.each(['insufficient_scope', 'insufficient_user_authentication'])(
    'asks for no new token when the API says %s',
    async (error) => {
      const { bearerFetch, replaced } = setUp([{ status: 401, challenge: `Bearer error="${error}"` }])
      expect(await bearerFetch({ method: 'GET', url: ITEMS })).toMatchObject({ status: 401 })
      expect(replaced).toEqual([])
    },
  )

  it.each([403, 404, 500, 503])('gives back a %d as it is', async (status) => {
    const { bearerFetch, replaced } = setUp([{ status, challenge: 'Bearer error="invalid_token"' }])
    expect(await bearerFetch({ method: 'GET', url: ITEMS })).toMatchObject({ status })
    expect(replaced).toEqual([])
  })

  it('follows no redirect, so that no token goes with it (100)', async () => {
    const headers = { location: 'https://evil.example.com/' }
    const { bearerFetch, sent } = setUp([{ status: 307, headers }])
    expect(await bearerFetch({ method: 'GET', url: ITEMS })).toMatchObject({ status: 307 })
    expect(sent).toHaveLength(1)
  })

  it.each([
    'https://api.example.com/v1',
    'https://api.example.com/v1/',
    'https://api.example.com/v1/items?limit=1',
    'https://api.example.com:443/v1/items',
    'https://api.example.com/v1/../v1/items',
    'https://api.example.com/v1/files/a%2Fb..c',
  ])('sends the token to %s', async (url) => {
    const { bearerFetch, sent } = setUp([])
    await bearerFetch({ method: 'GET', url: new URL(url) })
    expect(sent).toHaveLength(1)
  })

  it.each([
    'https://evil.example.com/v1/items',
    'https://api.example.com.evil.example.com/v1/items',
    'http://api.example.com/v1/items',
    'https://api.example.com:8443/v1/items',
    'https://api.example.com/',
    'https://api.example.com/v10/items',
    'https://api.example.com/v1/../admin',
    'https://api.example.com/v1/%2e%2e/admin',
    'https://api.example.com/v1/..%2fadmin',
    'https://api.example.com/v1/%5c..%5cadmin',
    'https://user@api.example.com/v1/items',
    'https://api.example.com@evil.example.com/v1/items',
  ])('sends no token to %s (100)', async (url) => {
    const { bearerFetch, sent } = setUp([])
    const fetched = bearerFetch({ method: 'GET', url: new URL(url) })
    await expect(fetched).rejects.toMatchObject({ code: 'USAGE' })
    expect(sent).toEqual([])
  })

  it('takes a resource without a path, and one that ends in a slash, as folders', async () => {
    for (const resource of ['https://api.example.com', 'https://api.example.com/v1/']) {
      const { bearerFetch, sent } = setUp([], resource)
      await bearerFetch({ method: 'GET', url: new URL('https://api.example.com/v1/items') })
      expect(sent).toHaveLength(1)
    }
  })
})
