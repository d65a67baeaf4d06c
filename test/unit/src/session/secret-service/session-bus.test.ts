import { spawnSync } from 'node:child_process'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  BusCallError,
  openSessionBus,
  SessionBusError,
} from '../../../../../src/session/secret-service/session-bus.js'
import { marshal, type WireValue } from '../../../../../src/session/secret-service/wire-format.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.js'

const CALL = { destination: 'org.example', path: '/', interface: 'org.example', member: 'Ask' }

let folder: TemporaryFolder
let server: Server
const sockets = new Set<Socket>()
beforeEach(() => {
  folder = makeTemporaryFolder('bus')
})
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  server?.close()
  folder.remove()
})

/** A bus of a few lines. `answer` is given each call's serial and says what goes back; the Hello is swallowed. */
async function startBus(
  answer: (serial: number, socket: Socket) => Buffer | undefined,
  greeting = 'OK 0123456789abcdef0123456789abcdef\r\n',
) {
  const path = join(folder.path, 'bus')
  const received: string[] = []
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let isGreeted = false
    socket.on('data', (chunk) => {
      let bytes: Buffer = chunk
      received.push(chunk.toString('latin1'))
      if (!isGreeted) {
        isGreeted = true
        bytes = bytes.subarray(bytes.indexOf('BEGIN\r\n') + 7)
        socket.write(greeting)
      }
      while (bytes.length >= 16) {
        const serial = bytes.readUInt32LE(8)
        const end = 16 + ((bytes.readUInt32LE(12) + 7) & ~7) + bytes.readUInt32LE(4)
        bytes = bytes.subarray(end)
        const reply = serial === 1 ? undefined : answer(serial, socket)
        if (reply !== undefined) socket.write(reply)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return { env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` }, received }
}

function reply(type: number, fields: WireValue[], signature = '', values: WireValue[] = []): Buffer {
  const body = marshal(signature, values)
  const all =
    signature === '' ? fields : [...fields, [8, { type: 'g', value: signature }] satisfies WireValue]
  const header = marshal('yyyyuua(yv)', [0x6c, type, 0, 1, body.length, 1, all])
  return Buffer.concat([header, Buffer.alloc(-header.length & 7), body])
}

const answerTo = (serial: number, signature?: string, values?: WireValue[]) =>
  reply(2, [[5, { type: 'u', value: serial }]], signature, values)

function open(env: Record<string, string>) {
  return openSessionBus({ env, uid: 1000 })
}

/** The beginning of an answer of 16 MiB. */
const HUGE_MESSAGE = 'l\x02\x00\x01\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00'

describe('openSessionBus', () => {
  it('says who it is and calls, in one write', async () => {
    const { env, received } = await startBus((serial) => answerTo(serial, 's', ['yes']))
    const bus = await open(env)
    expect(await bus.call({ ...CALL, signature: 's', arguments: ['well?'] }, 's')).toEqual(['yes'])
    expect(received).toHaveLength(1)
    expect(received[0]?.startsWith('\0AUTH EXTERNAL 31303030\r\nBEGIN\r\nl')).toBe(true)
    bus.close()
  })

  it('gives each call its own answer, whatever their order', async () => {
    const waiting: number[] = []
    const { env } = await startBus((serial, socket) => {
      waiting.push(serial)
      if (waiting.length < 3) return undefined
      for (const each of waiting.reverse()) socket.write(answerTo(each, 'u', [each]))
      return undefined
    })
    const bus = await open(env)
    const answers = await Promise.all([1, 2, 3].map(() => bus.call(CALL, 'u')))
    expect(answers).toEqual([[2], [3], [4]])
    bus.close()
  })

  it('puts together an answer that comes byte by byte', async () => {
    const { env } = await startBus((serial, socket) => {
      for (const byte of answerTo(serial, 's', ['slowly'])) socket.write(Buffer.of(byte))
      return undefined
    })
    const bus = await open(env)
    expect(await bus.call(CALL, 's')).toEqual(['slowly'])
    bus.close()
  })

  it('names the error that was answered', async () => {
    const { env } = await startBus((serial) =>
      reply(3, [
        [5, { type: 'u', value: serial }],
        [4, { type: 's', value: 'org.example.No' }],
      ]),
    )
    const bus = await open(env)
    await expect(bus.call(CALL)).rejects.toEqual(new BusCallError('org.example.No'))
    bus.close()
  })

  it('hears signals that come before and after answers', async () => {
    const completed = reply(4, [
      [1, { type: 'o', value: '/prompt' }],
      [3, { type: 's', value: 'Completed' }],
    ])
    const { env } = await startBus((serial) => Buffer.concat([completed, answerTo(serial)]))
    const bus = await open(env)
    const signal = bus.signal(({ member, path }) => member === 'Completed' && path === '/prompt')
    await bus.call(CALL)
    expect(await signal).toMatchObject({ kind: 'signal' })
    bus.close()
  })
})

describe('a bus that is not to be had', () => {
  it.each([
    ['nobody names one', {}, 'no-address'],
    ['nobody names one, and none is in the usual place', { XDG_RUNTIME_DIR: '/no/such' }, 'no-address'],
    ['nobody listens there', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/no/such/socket' }, 'stale-address'],
    ['its kind is not known', { DBUS_SESSION_BUS_ADDRESS: 'disabled:' }, 'no-address'],
  ] as const)('is told apart: %s', async (_what, env, problem) => {
    await expect(open(env)).rejects.toMatchObject({ problem })
  })

  it('is told apart: the socket of a bus that ended is still there', async () => {
    const path = join(folder.path, 'left')
    const bindAndDie = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    expect(spawnSync(process.execPath, ['-e', bindAndDie, path]).signal).toBe('SIGKILL')
    const opened = open({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` })
    await expect(opened).rejects.toMatchObject({ problem: 'stale-address' })
  })

  it('tries the next address when nobody listens at the first', async () => {
    const { env } = await startBus((serial) => answerTo(serial))
    const both = { DBUS_SESSION_BUS_ADDRESS: `unix:path=/no/such/socket;${env.DBUS_SESSION_BUS_ADDRESS}` }
    const bus = await open(both)
    await bus.call(CALL)
    bus.close()
  })

  it.each([
    ['refuses this user', 'REJECTED EXTERNAL\r\n', 'refused'],
    ['does not speak D-Bus', 'HTTP/1.1 400 Bad Request\r\n', 'garbled'],
    ['never ends its line', 'x'.repeat(2000), 'garbled'],
    ['sends garbage for messages', 'OK 0123\r\nnot a message at all', 'garbled'],
    ['sends more than anybody asked for', `OK 0123\r\n${HUGE_MESSAGE}`, 'too-large'],
  ])('fails the call when it %s', async (_what, greeting, problem) => {
    const { env } = await startBus(() => undefined, greeting)
    const bus = await open(env)
    await expect(bus.call(CALL)).rejects.toMatchObject({ problem })
    await expect(bus.call(CALL)).rejects.toMatchObject({ problem })
  })
})

describe('a call that is under way', () => {
  it('fails when the bus goes away', async () => {
    const { env } = await startBus((_serial, socket) => {
      socket.destroy()
      return undefined
    })
    const bus = await open(env)
    const signal = bus.signal(() => true)
    await expect(bus.call(CALL)).rejects.toEqual(new SessionBusError('broken'))
    await expect(signal).rejects.toMatchObject({ problem: 'broken' })
  })

  it('fails at once, with the reason given, when the connection is closed', async () => {
    const { env } = await startBus(() => {
      bus.close(new Error('enough'))
      return undefined
    })
    const bus = await open(env)
    const signal = bus.signal(() => true)
    expect(bus.isOpen()).toBe(true)
    await expect(bus.call(CALL)).rejects.toThrow('enough')
    await expect(signal).rejects.toThrow('enough')
    await expect(bus.call(CALL)).rejects.toThrow('enough')
    expect(bus.isOpen()).toBe(false)
  })

  it('fails when the answer has other types than the specification says', async () => {
    const { env } = await startBus((serial) => answerTo(serial, 'u', [1]))
    const bus = await open(env)
    await expect(bus.call(CALL, 's')).rejects.toMatchObject({ problem: 'garbled' })
    bus.close()
  })
})
