import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createUserAgent } from '../../support/scripted-user-agent.js'
import { signIn } from '../../support/sign-in.js'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

interface Seen {
  line: string
  headers: IncomingMessage['headers']
  body: string
}

/** A server on loopback that answers with `answer`; gives its origin and what it was asked. */
async function serve(
  answer: (seen: Seen, response: ServerResponse) => void,
): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = { line: `${request.method} ${request.url}`, headers: request.headers, body }
    seen.push(one)
    answer(one, response)
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return { origin: `http://127.0.0.1:${address.port}`, seen }
}

const SIGN_IN = `<form method="post" action="sign-in"><input type="hidden" name="csrf" value="a&amp;b">
  <input name="username"><input type="password" name="password"><button>Sign in</button></form>`
const CONSENT = `<form method="post" action="/auth/consent"><button name="decision" value="deny">Cancel</button>
  <button name="decision" value="allow">Allow</button></form>`

describe('a scripted sign-in', () => {
  it('posts what the pages ask for and ends on the page of the client', async () => {
    const client = await serve((_, response) => response.end('<title>done</title>'))
    const server = await serve(({ line, body }, response) => {
      if (line.startsWith('GET /auth/authorize')) response.end(SIGN_IN)
      else if (line === 'POST /auth/sign-in') response.writeHead(303, { location: '/auth/consent' }).end()
      else if (line === 'GET /auth/consent') response.end(CONSENT)
      else if (body === 'decision=allow')
        response.writeHead(303, { location: `${client.origin}/callback?code=1` }).end()
      else response.writeHead(400).end()
    })
    const visit = await signIn(createUserAgent(), `${server.origin}/auth/authorize?client_id=authcli`, {
      username: 'demo',
      password: 'p w',
    })
    expect(visit.title).toBe('done')
    expect(server.seen[1]?.body).toBe('csrf=a%26b&username=demo&password=p+w')
    expect(server.seen.map(({ headers }) => headers['sec-fetch-site'])).toEqual([
      'none',
      ...Array(3).fill('same-origin'),
    ])
    expect(server.seen[1]?.headers.origin).toBe(server.origin)
    expect(client.seen[0]?.headers).toMatchObject({ 'sec-fetch-site': 'same-site' })
    expect(client.seen[0]?.headers.referer).toBeUndefined()
  })

  it('says where it stopped when the page is an error', async () => {
    const server = await serve((_, response) => response.writeHead(400).end('<title>no</title>'))
    const attempt = signIn(createUserAgent(), `${server.origin}/auth/authorize`, {
      username: 'a',
      password: 'b',
    })
    await expect(attempt).rejects.toThrow('stopped at /auth/authorize: 400 no')
  })
})

describe('a scripted user agent', () => {
  it('sends Origin: null from a page that sends no referrer', async () => {
    const server = await serve((_, response) =>
      response.writeHead(200, { 'referrer-policy': 'no-referrer' }).end(CONSENT),
    )
    const agent = createUserAgent()
    await agent.submit(await agent.open(server.origin), { press: /allow/i })
    expect(server.seen[1]?.headers.origin).toBe('null')
  })

  it('keeps a cookie to its path, on every port of its host, until it is removed', async () => {
    const other = await serve((_, response) => response.end())
    const server = await serve(({ line }, response) => {
      const cookie = line.endsWith('/remove') ? 'a=; Path=/auth; Max-Age=0' : 'a=1; Path=/auth; HttpOnly'
      response.writeHead(200, { 'set-cookie': [cookie, 'secure=1; Secure', '__Host-a=1; Path=/auth'] }).end()
    })
    const agent = createUserAgent()
    const cookieAt = async (path: string) => {
      await agent.open(other.origin + path)
      return other.seen.at(-1)?.headers.cookie
    }
    await agent.open(`${server.origin}/auth/authorize`)
    expect(await cookieAt('/auth/sign-in')).toBe('a=1')
    expect(await cookieAt('/authority')).toBeUndefined()
    expect(await cookieAt('/callback')).toBeUndefined()
    await agent.open(`${server.origin}/auth/remove`)
    expect(await cookieAt('/auth/sign-in')).toBeUndefined()
  })

  it('names what is on the page when the button is not', async () => {
    const server = await serve((_, response) => response.end(CONSENT))
    const agent = createUserAgent()
    const visit = await agent.open(server.origin)
    expect(() => agent.submit(visit, { press: /sign in/i })).toThrow('[["[Cancel]","[Allow]"]]')
  })

  it('gives up on a ring of redirects', async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: '/' }).end())
    await expect(createUserAgent().open(server.origin)).rejects.toThrow('more than 10 redirects')
  })
})
