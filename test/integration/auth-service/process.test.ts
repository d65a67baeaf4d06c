import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from '../../support/auth-service/command-line.js'
import { endChild, startChild } from '../../support/child.js'
import { onlyOn } from '../../support/only-on.js'
import { PROJECT_ROOT } from '../../support/project-root.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

const PROGRAM = [
  join(PROJECT_ROOT, 'test/support/run-typescript.mjs'),
  join(PROJECT_ROOT, 'bin/auth-service.ts'),
]

let folder: TemporaryFolder
let children: ChildProcess[]
beforeEach(() => {
  folder = makeTemporaryFolder('auth-service-process')
  children = []
})
afterEach(async () => {
  for (const child of children) await endChild(child)
  folder.remove()
})

const dev = () => ['--dev', '--data', join(folder.path, 'data')]

function start(command: string, args: readonly string[]) {
  const child = startChild(command, args, {
    cwd: folder.path,
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      child.emit('output')
    })
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  /** Resolves when the output matches; rejects when the process ends without. */
  async function says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(output)
      if (match) return match
      if (child.exitCode !== null) throw new Error(`it ended with:\n${output}`)
      await Promise.race([once(child, 'output'), once(child, 'close')])
    }
  }
  return { child, ended, says }
}

async function startServer() {
  const server = start(process.execPath, [
    ...PROGRAM,
    ...dev(),
    '--dev-file',
    join(folder.path, 'dev.json'),
    '--port',
    '0',
  ])
  const [, port] = await server.says(/^auth-service: listening on http:\/\/127\.0\.0\.1:(\d+)\n/m)
  return { ...server, port: Number(port) }
}

test('SIGTERM lets the request in flight be answered, takes no other, and ends with 0', async () => {
  const { child, ended, port } = await startServer()
  const body = 'grant_type=refresh_token&client_id=authcli&refresh_token=x'
  const socket = await open(port)
  // The interim answer proves that the server has the request before it is told to stop.
  socket.write(
    `POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  expect(await answer(socket)).toMatch(/^HTTP\/1\.1 100 /)
  child.kill('SIGTERM')
  while (await isOpen(port));
  socket.write(body)
  expect(await answer(socket)).toMatch(/^HTTP\/1\.1 400 [\s\S]*invalid_grant/)
  expect(await ended).toMatchObject({ code: 0 })
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends an idle server with 0, though a client keeps its connection',
  async (signal) => {
    const { child, ended, port } = await startServer()
    const socket = await open(port)
    socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n')
    expect(await answer(socket)).toMatch(/^HTTP\/1\.1 200 /)
    child.kill(signal)
    expect(await ended).toMatchObject({ code: 0 })
    socket.destroy()
  },
)

test('a server that was killed starts again on the same data, and knows the same keys', async () => {
  const first = await startServer()
  const keysOf = async (port: number) => (await fetch(`http://127.0.0.1:${port}/jwks`)).json()
  const keys = await keysOf(first.port)
  await endChild(first.child, 'SIGKILL')
  const second = await startServer()
  expect(await keysOf(second.port)).toEqual(keys)
})

test('a command that fails says why in a line and ends with 1', async () => {
  const { ended } = start(process.execPath, PROGRAM)
  expect(await ended).toEqual({
    code: 1,
    output: `auth-service: no database is named\nauth-service: hint: set DATABASE_URL or AUTH_SERVICE_DATABASE, or try it out with --dev\n`,
  })
})

onlyOn('linux', 'a password that is typed on a real terminal is not shown (53)', async () => {
  const command = [process.execPath, ...PROGRAM, 'accounts', 'add', 'ada', ...dev()]
  const { child, ended, says } = start('script', [
    '-qec',
    command.map((word) => `'${word}'`).join(' '),
    '/dev/null',
  ])
  await says(/password: /)
  child.stdin?.write('correct horse\r')
  await says(/once more: /)
  child.stdin?.write('correct horse\r')
  const { code, output } = await ended
  expect(output).not.toContain('correct')
  expect(output).toContain('ada')
  expect(code).toBe(0)
  const { stdout } = await runCommand(['accounts', 'list', ...dev()])
  expect(stdout).toContain('ada')
})

onlyOn('linux', 'Ctrl-C at the password prompt ends with 130 and changes nothing', async () => {
  const command = [process.execPath, ...PROGRAM, 'accounts', 'add', 'ada', ...dev()]
  const { child, ended, says } = start('script', [
    '-qec',
    command.map((word) => `'${word}'`).join(' '),
    '/dev/null',
  ])
  await says(/password: /)
  child.stdin?.write('corr\u0003')
  expect(await ended).toMatchObject({ code: 130 })
  const { stdout } = await runCommand(['accounts', 'list', '--json', ...dev()])
  expect(JSON.parse(stdout)).toEqual([])
})

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  await once(socket, 'connect')
  return socket
}

async function answer(socket: Socket): Promise<string> {
  const [text] = await once(socket, 'data')
  return text
}

/** Whether somebody still takes connections there. */
async function isOpen(port: number): Promise<boolean> {
  try {
    const socket = await open(port)
    socket.destroy()
    return true
  } catch {
    return false
  }
}
