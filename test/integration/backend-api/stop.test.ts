import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type RunningMain, runMain } from '../../support/backend-api/run-main.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

let folder: TemporaryFolder
beforeEach(() => {
  folder = makeTemporaryFolder('stop')
})
afterEach(() => folder.remove())

async function start(stopTimeoutMs: number): Promise<{ program: RunningMain; port: number }> {
  const flags = ['--dev', '--port', '0', '--log-file', join(folder.path, 'log')]
  const program = runMain(flags, { XDG_STATE_HOME: folder.path }, { stopTimeoutMs })
  const [, port] = await program.printed(/listening on http:\/\/127\.0\.0\.1:(\d+)\n/)
  return { program, port: Number(port) }
}

/** A client that sends a part of a request and then nothing more. */
async function halfARequest(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  // A server that ends may close a connection or reset it.
  socket.on('error', () => {})
  socket.resume().write('GET /items HTTP/1.1\r\nhost')
  return socket
}

it('a client that never finishes its request is waited for, but not for ever', async () => {
  const { program, port } = await start(100)
  const socket = await halfARequest(port)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  program.signal('SIGTERM')
  expect(await program.exitCode).toBe(0)
  await closed
})

it('a second signal waits for nobody', async () => {
  const { program, port } = await start(3_600_000)
  await halfARequest(port)
  program.signal('SIGINT')
  program.signal('SIGINT')
  expect(await program.exitCode).toBe(0)
})

it('connections that are kept alive without a request are not waited for', async () => {
  const { program, port } = await start(3_600_000)
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')
  await once(socket, 'data')
  program.signal('SIGTERM')
  expect(await program.exitCode).toBe(0)
})
