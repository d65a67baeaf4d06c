import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { closedStream, type RunOptions, runAuthcli } from '../../support/cli/run-authcli.js'

const doubles = useDoubles()
const servers: Server[] = []

beforeEach(async () => {
  await placeLogin(doubles.home, { api: doubles.api.resource, issuer: doubles.authService.issuer })
})
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const api = (args: string[], options: RunOptions = {}) => runAuthcli(doubles.home, ['api', ...args], options)

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What was sent, and to what. */
async function record(request: IncomingMessage) {
  const { method, url, headers } = request
  return { method, url, headers, body: await buffer(request) }
}

/** An API that takes only the second token, and keeps what it is sent. */
function refuseFirst(): { seen: Awaited<ReturnType<typeof record>>[] } {
  const seen: Awaited<ReturnType<typeof record>>[] = []
  doubles.api.lies.items = (response, request) => {
    record(request).then((what) => {
      seen.push(what)
      const isFirst = what.headers.authorization === 'Bearer access-token-0'
      if (isFirst) response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('no')
      else response.end('yes')
    })
  }
  return { seen }
}

const MEBIBYTE = 1_048_576
const input = (mebibytes: number) =>
  Readable.from(
    (function* () {
      for (let index = 0; index < mebibytes; index += 1) yield Buffer.alloc(MEBIBYTE, index)
    })(),
  )

describe('authcli api', () => {
  it('sends fields as JSON, with the token, and writes the answer byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 27, 91, 0xe2, 0x80])
    let seen: Awaited<ReturnType<typeof record>> | undefined
    doubles.api.lies.items = (response, request) => {
      record(request).then((what) => {
        seen = what
        response.writeHead(201).end(bytes)
      })
    }
    const written: Buffer[] = []
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        written.push(chunk)
        done()
      },
    })
    const run = await api(['post', '/items', '--field', 'title=漢字', '--header', 'X-One: 1'], { stdout })
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expect(Buffer.concat(written)).toEqual(bytes)
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/items',
      headers: { authorization: 'Bearer access-token-0', 'content-type': 'application/json', 'x-one': '1' },
    })
    expect(seen?.body.toString()).toBe('{"title":"漢字"}')
  })

  it('lets nothing that the API sends move the cursor of a terminal', async () => {
    doubles.api.lies.items = (response) => {
      const [first, second] = [
        Buffer.from('a\u001b[2Jb\r\n\tü').subarray(0, -1),
        Buffer.from('ü').subarray(1),
      ]
      response.writeHead(200, { 'x-one': 'a\u009bb' }).write(first)
      response.end(second)
    }
    const run = await api(['GET', '/items', '--include'], { terminal: { columns: 80 } })
    expect(run.stdout).toContain('a\\u{1b}[2Jb\n\tü\n')
    expect(run.stdout).toMatch(/^HTTP\/1\.1 200 OK\n/)
    expect(run.stdout).toContain('x-one: a\\u{9b}b\n')
  })

  it('writes the body of a failure to stdout, says its status on stderr, and exits with 1', async () => {
    doubles.api.lies.items = (response) => response.writeHead(503, 'Sorry').end('later')
    expect(await api(['GET', '/items'])).toEqual({
      exitCode: 1,
      stdout: 'later',
      stderr: 'authcli: the API answered 503 Sorry\n',
    })
  })

  it('says which scope is missing, and how to ask for it', async () => {
    const challenge = 'Bearer error="insufficient_scope", scope="items:write"'
    doubles.api.lies.items = (response) =>
      response.writeHead(403, { 'www-authenticate': challenge }).end('{}')
    const run = await api(['POST', '/items'])
    expect(run).toMatchObject({ exitCode: 1, stdout: '{}' })
    expect(run.stderr).toContain("authcli login --scope 'openid items:read items:write'")
  })

  it('exits with 5 when the API is away, and with 4 when nobody is logged in', async () => {
    doubles.api.lies.items = (response) => response.destroy()
    expect(await api(['GET', '/items'])).toMatchObject({ exitCode: 5, stdout: '' })
    expect(await api(['GET', '/items', '--profile', 'nobody'])).toMatchObject({ exitCode: 4, stdout: '' })
  })

  it('exits with 5 when the answer is cut off', async () => {
    doubles.api.lies.items = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
    }
    expect(await api(['GET', '/items'])).toMatchObject({ exitCode: 5, stdout: 'half' })
  })

  it('ends quietly when nobody reads any more, and takes no more of the answer', async () => {
    const closed = new Promise<void>((resolve) => {
      doubles.api.lies.items = (response) => {
        response.on('close', resolve)
        const more = (error?: Error | null): void => {
          if (!error) response.write(Buffer.alloc(65536), more)
        }
        more()
      }
    })
    expect(await api(['GET', '/items'], { stdout: closedStream('EPIPE') })).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    await closed
  })

  it('answers a 401 with one refresh, and sends the same once more (100)', async () => {
    const { seen } = refuseFirst()
    const run = await api(['PUT', '/items', '--input', '-'], { stdin: input(8) })
    expect(run).toMatchObject({ exitCode: 0, stdout: 'yes' })
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer access-token-0',
      'Bearer access-token-1',
    ])
    expect(seen[1]?.body.equals(seen[0]?.body ?? Buffer.alloc(0))).toBe(true)
    expect(seen[1]?.body.length).toBe(8 * MEBIBYTE)
    expect(doubles.authService.tokenRequests).toHaveLength(1)
  })

  it('sends a larger input once, and has a new token ready for the next try', async () => {
    const { seen } = refuseFirst()
    const run = await api(['PUT', '/items', '--input', '-'], { stdin: input(9) })
    expect(run).toMatchObject({ exitCode: 1, stdout: 'no' })
    expect(run.stderr).toContain('run it again')
    expect(seen.map(({ body }) => body.length)).toEqual([9 * MEBIBYTE])
    const again = await api(['PUT', '/items', '--input', '-'], { stdin: input(9) })
    expect(again).toMatchObject({ exitCode: 0, stdout: 'yes' })
    expect(doubles.authService.tokenRequests).toHaveLength(1)
  })

  it('refreshes before it sends a larger input with a token that is near its end', async () => {
    await placeLogin(
      doubles.home,
      { api: doubles.api.resource, issuer: doubles.authService.issuer },
      { session: { expiresAt: Date.now() + 30_000 }, profile: { refreshEarly: false } },
    )
    const { seen } = refuseFirst()
    const file = join(doubles.home.path, 'large')
    writeFileSync(file, Buffer.alloc(9 * MEBIBYTE))
    expect(await api(['PUT', '/items', '--input', file])).toMatchObject({ exitCode: 0, stdout: 'yes' })
    expect(seen).toHaveLength(1)
  })

  it('takes neither the token nor a header to another host that the API redirects to (100)', async () => {
    let seen: IncomingMessage | undefined
    const elsewhere = await serve((request, response) => {
      seen = request
      response.end('file')
    })
    doubles.api.lies.items = (response) =>
      response.writeHead(302, { location: `${elsewhere}/f?s=1` }).end('x')
    const run = await api(['GET', '/items', '--header', 'X-Key: secret'])
    expect(run).toMatchObject({ exitCode: 0, stdout: 'file' })
    expect(seen?.headers).not.toHaveProperty('authorization')
    expect(seen?.headers).not.toHaveProperty('x-key')
  })

  it('sends no POST on', async () => {
    doubles.api.lies.items = (response) => response.writeHead(307, { location: '/other' }).end('there')
    const run = await api(['POST', '/items', '--field', 'a=b'])
    expect(run).toMatchObject({ exitCode: 1, stdout: 'there' })
    expect(doubles.api.tokensSeen).toHaveLength(1)
  })

  it.each(['https://evil.example/items', 'http://127.0.0.1:1/items', 'items/..%2f..%2fadmin'])(
    'sends no token to %s (100)',
    async (place) => {
      expect(await api(['GET', place])).toMatchObject({ exitCode: 2, stdout: '' })
      expect(doubles.api.tokensSeen).toEqual([])
    },
  )

  it('prints page after page, each on lines of its own, to the last one', async () => {
    doubles.api.pages = [[{ id: '1' }], [{ id: '2' }], [{ id: '3' }]]
    const { exitCode, stdout } = await api(['GET', '/items', '--paginate'])
    expect(exitCode).toBe(0)
    const pages = stdout.split('\n').map((line) => JSON.parse(line))
    expect(pages.map(({ items }) => items[0].id)).toEqual(['1', '2', '3'])
  })

  it('sends no second token where the page of another host points back (100)', async () => {
    const elsewhere = await serve((_request, response) =>
      response.writeHead(200, { link: `<${doubles.api.resource}/danger>; rel="next"` }).end('[]'),
    )
    doubles.api.lies.items = (response) => response.writeHead(302, { location: elsewhere }).end()
    expect(await api(['GET', '/items', '--paginate'])).toMatchObject({ exitCode: 0, stdout: '[]' })
    expect(doubles.api.tokensSeen).toHaveLength(1)
  })

  it('does not follow pages that lead elsewhere, or have no end', async () => {
    doubles.api.lies.items = (response) =>
      response.writeHead(200, { link: '<https://evil.example/>; rel="next"' }).end('[]')
    expect(await api(['GET', '/items', '--paginate'])).toMatchObject({ exitCode: 1, stdout: '[]' })
    doubles.api.lies.items = (response) => response.writeHead(200, { link: '</items>; rel="next"' }).end('[]')
    const run = await api(['GET', '/items', '--paginate'])
    expect(run.stderr).toContain('have no end')
    expect(doubles.api.tokensSeen).toHaveLength(2)
  })

  it('refuses what can not be meant', async () => {
    for (const args of [
      ['GET', '/items', '--input', '-', '--field', 'a=b'],
      ['POST', '/items', '--paginate'],
      ['GET', '/items', '--header', 'Authorization: Bearer x'],
      ['GET', '/items', '--input', '/nowhere/at/all'],
      ['GET'],
    ]) {
      expect(await api(args)).toMatchObject({ exitCode: 2, stdout: '' })
    }
    expect(doubles.api.tokensSeen).toEqual([])
  })

  it('shows no token, field, header or query in the trace', async () => {
    refuseFirst()
    const run = await api([
      'POST',
      '/items?q=secret',
      '--field',
      'a=secret',
      '--header',
      'X-Key: secret',
      '--verbose',
    ])
    expect(run.stderr).toContain('refresh-finished')
    expect(run.stderr).not.toMatch(/secret|(access|refresh)-token-\d/)
  })
})
