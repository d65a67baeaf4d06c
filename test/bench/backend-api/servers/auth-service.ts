/**
 * The AuthService of the bench: publishes one key, and says of every token that it is active, with its own
 * claims. As quick as it can be, because it is not what is measured.
 *
 * Usage: auth-service PORT PUBLIC-JWK
 */
import { createServer } from 'node:http'

const [port = '0', publicJwk = '{}'] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`
const documents: Record<string, unknown> = {
  '/.well-known/oauth-authorization-server': {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    introspection_endpoint: `${issuer}/introspect`,
  },
  '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/jwks` },
  '/jwks': { keys: [JSON.parse(publicJwk)] },
}

createServer((request, response) => {
  const document = documents[request.url ?? '']
  if (document) return answer(JSON.stringify(document))
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    const payload = new URLSearchParams(body).get('token')?.split('.')[1] ?? ''
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    answer(JSON.stringify({ ...claims, active: true, username: 'demo', name: 'Demo Person' }))
  })

  function answer(text: string): void {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
  }
}).listen(Number(port), '127.0.0.1')
