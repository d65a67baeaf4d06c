import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Signer } from './signer.js'

/** A request that reached the double. */
export interface SeenRequest {
  path: string
  headers: IncomingHttpHeaders
  form: URLSearchParams
}

/** An AuthService on a real loopback port that says what a test wants it to say. */
export interface AuthServiceDouble {
  issuer: string
  /** What `/jwks` publishes. */
  signers: Signer[]
  /** What `/introspect` answers; `active` with the token's own claims unless a test replaces it. */
  introspect: (token: string) => object
  /** Takes over an answer: by path, without the issuer's own path. */
  answers: Map<string, (response: ServerResponse) => void>
  seen: SeenRequest[]
  /** How often a path was asked. */
  count(path: string): number
  /** Stops listening and cuts all connections; the port stays reserved for `comeBack`. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** Starts the double. `path` is the path of its issuer. */
export async function startAuthServiceDouble({ path = '' } = {}): Promise<AuthServiceDouble> {
  let server = createServer()
  const port = await listen(server, 0)
  const issuer = `http://127.0.0.1:${port}${path}`
  const double: AuthServiceDouble = {
    issuer,
    signers: [],
    introspect: activeAnswer,
    answers: new Map(),
    seen: [],
    count: (wanted) => double.seen.filter((request) => request.path === wanted).length,
    goAway: () => close(server),
    async comeBack() {
      server = createServer(answer)
      await listen(server, port)
    },
    close: () => close(server),
  }
  server.on('request', answer)
  return double

  async function answer(
    request: import('node:http').IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
    const asked = (request.url ?? '').replace(path, '')
    double.seen.push({ path: asked, headers: request.headers, form })
    const special = double.answers.get(asked)
    if (special) return special(response)
    if (asked === '/.well-known/oauth-authorization-server') {
      return sendJson(response, {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        introspection_endpoint: `${issuer}/introspect`,
      })
    }
    if (asked === '/jwks')
      return sendJson(response, { keys: double.signers.map(({ publicJwk }) => publicJwk) })
    if (asked === '/introspect') return sendJson(response, double.introspect(form.get('token') ?? ''))
    response.writeHead(404).end()
  }
}

/** Answers a request with JSON. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** What the AuthService says about a token that is fine: its own claims, and who the person is. */
export function activeAnswer(token: string): Record<string, unknown> {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  return { ...claims, active: true, token_type: 'Bearer', username: 'demo', name: 'Demo Person' }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
