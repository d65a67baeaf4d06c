import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sendJson } from './auth-service-double.js'

/** What the double's next answers are, beyond honest ones. */
export interface ApiLies {
  metadata?: Record<string, unknown>
  /** Answers every request that carries a token in any way whatsoever. */
  items?: (response: ServerResponse, request: IncomingMessage) => void
}

/** A small API on loopback: items for every token that it knows, and a 401 that says where to log in. */
export interface ApiDouble {
  /** Its address, and resource identifier. */
  resource: string
  /** The tokens that it takes; any, while this is undefined. */
  validTokens: Set<string> | undefined
  /** The pages that it gives, one after the other. */
  pages: Record<string, unknown>[][]
  /** The tokens that it was sent. */
  tokensSeen: string[]
  lies: ApiLies
  /** Forgets what it saw and what it has, and is honest again. */
  forget(): void
  stop(): Promise<void>
}

export async function startApiDouble(issuer: string): Promise<ApiDouble> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const resource = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const metadataUrl = `${resource}/.well-known/oauth-protected-resource`
  const double: ApiDouble = {
    resource,
    validTokens: undefined,
    pages: [],
    tokensSeen: [],
    lies: {},
    forget() {
      Object.assign(double, { validTokens: undefined, pages: [], tokensSeen: [], lies: {} })
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', resource)
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (url.href === metadataUrl) {
      sendJson(response, { ...metadataOf(resource, issuer), ...double.lies.metadata })
    } else if (token === undefined) {
      refuse(response, `Bearer resource_metadata="${metadataUrl}"`)
    } else {
      double.tokensSeen.push(token)
      if (double.lies.items !== undefined) double.lies.items(response, request)
      else if (double.validTokens?.has(token) === false) refuse(response, 'Bearer error="invalid_token"')
      else sendPage(response, Number(url.searchParams.get('cursor') ?? 0))
    }
  }

  function sendPage(response: ServerResponse, number: number): void {
    const items = double.pages[number] ?? []
    const next = number + 1 < double.pages.length ? String(number + 1) : undefined
    sendJson(response, { items, ...(next !== undefined && { next }) })
  }

  return double
}

function refuse(response: ServerResponse, challenge: string): void {
  response.writeHead(401, { 'www-authenticate': challenge }).end()
}

function metadataOf(resource: string, issuer: string): Record<string, unknown> {
  return { resource, authorization_servers: [issuer], scopes_supported: ['items:read', 'items:write'] }
}
