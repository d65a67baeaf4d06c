import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BundledProgram, bundleProgram } from '../../support/bundle-program.js'
import { startChild } from '../../support/child.js'
import { makeTemporaryFolder } from '../../support/temporary-folder.js'
import { TEST_CERTIFICATE } from '../../support/test-certificate.js'

const folder = makeTemporaryFolder('https')
const authority = join(folder.path, 'authority.pem')
let program: BundledProgram
let api: Server
let proxy: Server
const tunnels: string[] = []
beforeAll(async () => {
  writeFileSync(authority, TEST_CERTIFICATE.authority)
  program = await bundleProgram('test/integration/http/get-once.ts')
  api = createTlsServer(TEST_CERTIFICATE, (_request, response) => response.end('from the API'))
  proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '')
    // Whatever its name, it is the API on this computer: a proxy is who knows.
    const upstream = connect(portOf(api), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    for (const end of [socket, upstream]) end.on('error', () => undefined)
  })
  await Promise.all(
    [api, proxy].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
  )
})
afterAll(() => {
  for (const server of [api, proxy]) {
    server.closeAllConnections()
    server.close()
  }
  program.remove()
  folder.remove()
})
beforeEach(() => {
  tunnels.length = 0
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** What a process with this environment gets from a URL. */
async function get(url: string, env: Record<string, string>): Promise<string> {
  const child = startChild(process.execPath, [program.file, url], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!child.stdout) throw new Error('the program has no output')
  return await text(child.stdout)
}

describe('an authority that the environment names', () => {
  it('is trusted', async () => {
    const url = `https://127.0.0.1:${portOf(api)}/`
    expect(await get(url, { NODE_EXTRA_CA_CERTS: authority })).toBe('from the API')
  })

  it('is not trusted unasked, and then named (19)', async () => {
    expect(await get(`https://127.0.0.1:${portOf(api)}/`, {})).toMatch(
      /^its certificate is not trusted \(issued by authcli test authority\); NODE_EXTRA_CA_CERTS/,
    )
  })

  it('does not speak for another name', async () => {
    const url = `https://localhost:${portOf(api)}/`
    expect(await get(url, { NODE_EXTRA_CA_CERTS: authority })).toBe(
      'its certificate is for another name (issued by authcli test authority)',
    )
  })
})

describe('a proxy that the environment names', () => {
  const through = () => ({ HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NODE_EXTRA_CA_CERTS: authority })

  it('makes a tunnel in which the certificate is still checked (19)', async () => {
    const answer = await get('https://api.example.com/', through())
    expect(tunnels).toEqual(['api.example.com:443'])
    const proxyHost = `127.0.0.1:${portOf(proxy)}`
    expect(answer).toBe(
      `its certificate is for another name (issued by authcli test authority) (through the proxy ${proxyHost})`,
    )
  })

  it('that shows certificates of its own is named by its authority', async () => {
    const answer = await get('https://api.example.com/', { HTTPS_PROXY: through().HTTPS_PROXY })
    expect(answer).toContain('its certificate is not trusted (issued by authcli test authority)')
  })

  it('is not asked for what is on this computer', async () => {
    expect(await get(`https://127.0.0.1:${portOf(api)}/`, through())).toBe('from the API')
    expect(tunnels).toEqual([])
  })

  it('is not asked for what NO_PROXY names', async () => {
    const answer = await get('https://api.invalid/', { ...through(), NO_PROXY: '.invalid' })
    expect(tunnels).toEqual([])
    expect(answer).toBe('its name is not known (DNS)')
  })
})
