import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningServer, runCommand, startServer } from '../../support/auth-service/command-line.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

let folder: TemporaryFolder
let running: RunningServer[]
beforeEach(() => {
  folder = makeTemporaryFolder('dev-mode')
  running = []
})
afterEach(async () => {
  for (const server of running) await server.stop()
  folder.remove()
})

const data = () => join(folder.path, 'data')
const devFile = () => join(folder.path, 'dev.json')
const dev = () => ['--dev', '--data', data(), '--dev-file', devFile()]

async function start(...argv: string[]): Promise<{ server: RunningServer; issuer: string }> {
  const server = startServer([...dev(), '--port', '0', ...argv])
  running.push(server)
  return { server, issuer: await server.listening }
}

const readDevFile = (): Record<string, unknown> => JSON.parse(readFileSync(devFile(), 'utf8'))
const passwordIn = ({ output }: RunningServer) => /password (\S+)\n/.exec(output.stdout)?.[1]
const modeOf = (path: string) => statSync(path).mode & 0o777

async function resources(): Promise<unknown> {
  const { stdout } = await runCommand(['resources', 'list', '--json', '--dev', '--data', data()])
  return JSON.parse(stdout)
}

test('starts with nothing but --dev and is its own issuer', async () => {
  const { issuer } = await start()
  const response = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  expect(await response.json()).toMatchObject({ issuer })
})

test('says the demo account and its password, the same at each start', async () => {
  const { server: first } = await start()
  expect(passwordIn(first)).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
  await first.stop()
  const { server: second } = await start()
  expect(passwordIn(second)).toBe(passwordIn(first))
})

test('gives the demo account back its password when it was changed', async () => {
  const { server: first } = await start()
  await first.stop()
  await runCommand(['accounts', 'set-password', 'demo', '--dev', '--data', data()], {
    input: 'something else',
  })
  const { server: second } = await start()
  expect(passwordIn(second)).toBe(passwordIn(first))
})

test('keeps what nobody else may read for this user only', async () => {
  await start()
  expect(modeOf(data())).toBe(0o700)
  const files = ['secret', 'demo-password', 'auth-service.sqlite'].map((name) => join(data(), name))
  for (const path of [devFile(), ...files]) expect(modeOf(path), path).toBe(0o600)
})

test('makes the file that the BackendAPI reads, and registers what it says', async () => {
  const { issuer } = await start()
  expect(readDevFile()).toEqual({
    version: 1,
    issuer,
    resource: 'http://127.0.0.1:9001',
    clientId: 'backend-api',
    clientSecret: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(await resources()).toEqual([
    { url: 'http://127.0.0.1:9001', scopes: 'items:read items:write', clientId: 'backend-api' },
  ])
})

test('takes the file that the BackendAPI made, and puts its own half in order', async () => {
  const theirs = {
    version: 1,
    issuer: 'http://127.0.0.1:9000',
    resource: 'http://127.0.0.1:4001',
    clientId: 'backend-api',
    clientSecret: 'x'.repeat(43),
  }
  writeFileSync(devFile(), JSON.stringify(theirs))
  const { issuer } = await start()
  expect(readDevFile()).toEqual({ ...theirs, issuer })
  expect(await resources()).toMatchObject([{ url: 'http://127.0.0.1:4001' }])
})

test('follows a BackendAPI that starts later somewhere else', async () => {
  const { server } = await start()
  writeFileSync(devFile(), JSON.stringify({ ...readDevFile(), resource: 'http://127.0.0.1:4002' }))
  while (!server.output.stdout.includes('knows the BackendAPI at http://127.0.0.1:4002')) await setImmediate()
  expect(await resources()).toMatchObject([{ url: 'http://127.0.0.1:4002' }])
})

test('refuses a file that is something else', async () => {
  writeFileSync(devFile(), '{"version":2}')
  const { stdout, stderr, code } = await runCommand([...dev(), '--port', '0'])
  expect({ stdout, code }).toEqual({
    stdout: expect.not.stringContaining('auth-service: listening'),
    code: 1,
  })
  expect(stderr).toBe(
    `auth-service: ${devFile()} is not a file of --dev\nauth-service: hint: remove it: rm ${devFile()}\n`,
  )
})

test('says that a port is taken', async () => {
  const { issuer } = await start()
  const { port } = new URL(issuer)
  const { code, stderr } = await runCommand(['--dev', '--data', join(folder.path, 'other'), '--port', port])
  expect(code).toBe(1)
  expect(stderr).toBe(
    `auth-service: port ${port} of 127.0.0.1 is taken\nauth-service: hint: choose another with --port\n`,
  )
})

test('writes its log to a file when it is told, and only what is for a person to stdout', async () => {
  const log = join(folder.path, 'auth-service.log')
  const { server, issuer } = await start('--log-file', log)
  await fetch(`${issuer}/healthz?secret=1`)
  await server.stop()
  expect(server.output.stdout).toMatch(/^(auth-service: .*\n){4}$/)
  const lines = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toContainEqual(
    expect.objectContaining({ service: 'auth-service', msg: 'request', path: '/healthz', statusCode: 200 }),
  )
  expect(readFileSync(log, 'utf8')).not.toContain('secret=1')
  expect(modeOf(log)).toBe(0o600)
})

test('refuses to start with a log file that can not be written', async () => {
  const log = join(folder.path, 'missing', 'auth-service.log')
  const { code, stderr } = await runCommand([...dev(), '--port', '0', '--log-file', log])
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `auth-service: ENOENT: no such file or directory, open '${log}'\n`,
  })
})

test('what a command changes holds at the next request of the running server', async () => {
  const { server } = await start()
  const { stdout } = await runCommand(['clients', 'list', '--json', '--dev', '--data', data()])
  expect(JSON.parse(stdout)).toMatchObject([{ id: 'authcli' }])
  const add = ['clients', 'add', 'App', '--id', 'app', '--redirect-uri', 'http://127.0.0.1/cb']
  expect((await runCommand([...add, '--dev', '--data', data()])).code).toBe(0)
  const issuer = await server.listening
  const ask = async (clientId: string) =>
    (
      await fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id: clientId }),
      })
    ).json()
  expect(await ask('nobody')).toMatchObject({ error: 'invalid_client' })
  expect(await ask('app')).toMatchObject({ error: 'invalid_grant' })
  await runCommand(['clients', 'remove', 'app', '--dev', '--data', data()])
  expect(await ask('app')).toMatchObject({ error: 'invalid_client' })
})
