import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { AuthcliError } from '../../../src/errors.js'
import { createHttpClient, HttpError } from '../../../src/http.js'
import type { TraceEvent } from '../../../src/trace.js'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

function create(env: Record<string, string> = {}) {
  const traced: TraceEvent[] = []
  const trace = (event: TraceEvent) => void traced.push(event)
  const client = createHttpClient({
    env,
    userAgent: 'authcli/1.2.3',
    trace,
    now: () => 0,
    random: Math.random,
  })
  return { ...client, traced }
}

const MEBIBYTE = 1_048_576

describe('a stream', () => {
  it('sends a body as it comes, and gives back the head before the body has come', async () => {
    let finish = (): void => {}
    const url = await serve(async (request, response) => {
      const received = await text(request)
      response.writeHead(207, 'Many', { 'set-cookie': ['a=1', 'b=2'] }).write(received)
      finish = () => response.end('!')
    })
    async function* body() {
      yield Buffer.from('one ')
      yield Buffer.from('two')
    }
    const { status, statusText, headers, headerLines, ...response } = await create().stream({
      method: 'POST',
      url,
      body: body(),
    })
    expect({ status, statusText }).toEqual({ status: 207, statusText: 'Many' })
    expect(headers['set-cookie']).toBe('a=1, b=2')
    expect(headerLines.filter(([name]) => name === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
    finish()
    expect((await buffer(response.body)).toString()).toBe('one two!')
  })

  it('slows the server down when it is read slowly', async () => {
    let sent = 0
    const url = await serve((_request, response) => {
      const send = (): void => {
        while (sent < 64) {
          sent += 1
          if (!response.write(Buffer.alloc(MEBIBYTE))) return void response.once('drain', send)
        }
        response.end()
      }
      send()
    })
    const { body } = await create().stream({ method: 'GET', url })
    for (let turn = 0; turn < 5000; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    // The system's buffers hold some of it, whatever we do.
    expect(sent).toBeLessThan(32)
    let received = 0
    for await (const chunk of body) received += chunk.length
    expect(received).toBe(64 * MEBIBYTE)
  })

  it('has no limit of size, where a request that is held in memory has one', async () => {
    const url = await serve((_request, response) => response.end(Buffer.alloc(9 * MEBIBYTE)))
    const { http, stream } = create()
    await expect(http({ method: 'GET', url })).rejects.toThrow('larger than 8 MiB')
    const { body } = await stream({ method: 'GET', url })
    expect((await buffer(body)).length).toBe(9 * MEBIBYTE)
  })

  it('fails in the middle when the answer is cut off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half', () => response.destroy())
    })
    const { body } = await create().stream({ method: 'GET', url })
    const error = await buffer(body).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(HttpError)
    expect((error as HttpError).reason).toMatch(/cut|closed/)
  })

  it('fails when nothing listens', async () => {
    const url = await serve(() => {})
    servers.splice(0).forEach((server) => {
      server.close()
    })
    await expect(create().stream({ method: 'GET', url })).rejects.toBeInstanceOf(HttpError)
  })

  it('fails with the error of its own body, which is no failure of the network', async () => {
    const url = await serve((request) => void request.resume())
    async function* body() {
      yield Buffer.from('one')
      throw new AuthcliError('USAGE', 'unreadable')
    }
    const error = await create()
      .stream({ method: 'POST', url, body: body() })
      .catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'USAGE', message: 'unreadable' })
  })

  it('ends with its reason when the signal says so, before and after the head', async () => {
    const url = await serve((_request, response) => void response.writeHead(200).write('some'))
    const { stream } = create()
    const early = new AbortController()
    early.abort(new Error('not now'))
    await expect(stream({ method: 'GET', url, signal: early.signal })).rejects.toThrow('not now')
    const late = new AbortController()
    const response = await stream({ method: 'GET', url, signal: late.signal })
    late.abort(new Error('enough'))
    await expect(buffer(response.body)).rejects.toThrow('enough')
  })

  it.each(['discarded', 'read no further'])('ends the request when the body is %s', async (how) => {
    const closed = new Promise<void>((resolve) => {
      serve((_request, response) => {
        response.on('close', resolve)
        const more = (error?: Error | null): void => {
          if (!error) response.write(Buffer.alloc(65_536), more)
        }
        more()
      }).then(async (url) => {
        const { body, discard } = await create().stream({ method: 'GET', url })
        if (how === 'discarded') return discard()
        for await (const _chunk of body) break
      })
    })
    await closed
  })

  it('is part of the same trace as every other request, without its query', async () => {
    const url = await serve((_request, response) => response.end())
    const { http, stream, traced } = create()
    await http({ method: 'GET', url })
    await stream({ method: 'GET', url: new URL('/items?secret', url) })
    const traces = traced.map(({ traceparent }) => String(traceparent).split('-')[1])
    expect(new Set(traces).size).toBe(1)
    expect(traced.map(({ event }) => event)).toEqual(['request', 'response', 'request', 'response'])
    expect(JSON.stringify(traced)).not.toContain('secret')
  })
})
