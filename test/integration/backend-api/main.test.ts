import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startAuthServiceDouble } from '../../support/backend-api/auth-service-double.js'
import { type RunningMain, runMain } from '../../support/backend-api/run-main.js'
import { makeSigner } from '../../support/backend-api/signer.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

const LISTENING = /listening on (http:\/\/\S+)\n/

let folder: TemporaryFolder
const running: RunningMain[] = []
beforeEach(() => {
  folder = makeTemporaryFolder('main')
})
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.signal('SIGTERM')
    await program.exitCode
  }
  folder.remove()
})

/** Starts the program in development, with a folder of its own. */
async function startDev(...more: string[]): Promise<{ program: RunningMain; url: string }> {
  const program = runMain(['--dev', '--port', '0', ...more], { XDG_STATE_HOME: folder.path })
  running.push(program)
  const [, url = ''] = await program.printed(LISTENING)
  return { program, url }
}

describe('--dev', () => {
  it('starts with nothing, says where it listens and how it validates, and is named after its port', async () => {
    const { program, url } = await startDev()
    const metadata = await (await fetch(`${url}/.well-known/oauth-protected-resource`)).json()
    expect(metadata).toMatchObject({ resource: url, authorization_servers: ['http://127.0.0.1:9000'] })
    expect(program.output.stdout).toContain('validates tokens by introspection')
    expect(JSON.parse(readFileSync(join(folder.path, 'authcli/dev.json'), 'utf8'))).toMatchObject({
      resource: url,
    })
  })

  it('starts before the AuthService, is not ready, and serves as soon as it is there', async () => {
    const authService = await startAuthServiceDouble()
    const signer = await makeSigner('ES256', 'key')
    authService.signers.push(signer)
    await authService.goAway()
    const { url } = await startDev('--issuer', authService.issuer)
    const iat = Math.floor(Date.now() / 1000)
    const claims = {
      iss: authService.issuer,
      sub: 'a',
      aud: url,
      client_id: 'c',
      jti: 'j',
      iat,
      exp: iat + 60,
    }
    const headers = { authorization: `Bearer ${await signer.sign({ ...claims, scope: 'items:read' })}` }
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    const refused = await fetch(`${url}/items`, { headers })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    await authService.comeBack()
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(200)
    const { items } = (await (await fetch(`${url}/items`, { headers })).json()) as {
      items: { title: string }[]
    }
    expect(items[0]?.title).toBe('Welcome, Demo Person')
    await authService.close()
  })

  it('refuses to be seen from elsewhere (19)', async () => {
    const program = runMain(['--dev', '--host', '0.0.0.0'], { XDG_STATE_HOME: folder.path })
    expect(await program.exitCode).toBe(2)
    expect(program.output.stderr).toBe('backend-api: --dev listens on loopback only, not on 0.0.0.0\n')
  })

  it('does not start on a shared file that is something else', async () => {
    const devFile = join(folder.path, 'dev.json')
    writeFileSync(devFile, '{}')
    const program = runMain(['--dev', '--dev-file', devFile], { XDG_STATE_HOME: folder.path })
    expect(await program.exitCode).toBe(1)
    expect(program.output.stderr).toContain(devFile)
  })

  it('keeps everything below the home folder where nothing else is said', async () => {
    const program = runMain(['--dev', '--port', '0'], {}, { homeDirectory: folder.path })
    running.push(program)
    await program.printed(LISTENING)
    expect(readFileSync(join(folder.path, '.local/state/authcli/dev.json'), 'utf8')).toContain('clientSecret')
    expect(
      readFileSync(join(folder.path, '.local/state/authcli/backend-api/items.db')).length,
    ).toBeGreaterThan(0)
  })
})

describe('in production', () => {
  const SETTINGS = {
    BACKEND_API_RESOURCE: 'https://api.example',
    BACKEND_API_ISSUER: 'https://as.example',
    BACKEND_API_PORT: '0',
  }

  it('writes its log to stdout as JSON lines, the mode and its reason first', async () => {
    const program = runMain([], { ...SETTINGS, BACKEND_API_DATABASE: join(folder.path, 'items.db') })
    running.push(program)
    await program.printed(/Server listening/)
    program.signal('SIGINT')
    expect(await program.exitCode).toBe(0)
    const lines = program.output.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines[0]).toMatchObject({ msg: 'validation mode', mode: 'jwks', service: 'backend-api' })
    expect(lines.at(-1)).toMatchObject({ msg: 'stopping', signal: 'SIGINT' })
  })

  it('writes its log to a file, and to a person where it listens', async () => {
    const logFile = join(folder.path, 'log')
    const flags = ['--database', join(folder.path, 'items.db'), '--log-file', logFile]
    const program = runMain(flags, SETTINGS, { isTTY: true })
    running.push(program)
    const [, url] = await program.printed(LISTENING)
    await fetch(`${url}/healthz`)
    program.signal('SIGTERM')
    expect(await program.exitCode).toBe(0)
    expect(program.output.stdout).toMatch(
      /^backend-api: listening on .*\nbackend-api: trusts https:\/\/as\.example; validates tokens by jwks, .*\n$/,
    )
    expect(readFileSync(logFile, 'utf8')).toContain('"path":"/healthz"')
  })

  it.each([
    ['nothing at all', {}, 'BACKEND_API_DATABASE'],
    ['an http issuer elsewhere', { BACKEND_API_ISSUER: 'http://as.example' }, 'BACKEND_API_ISSUER'],
    ['an http resource elsewhere', { BACKEND_API_RESOURCE: 'http://api.example' }, 'BACKEND_API_RESOURCE'],
    ['a port that is none', { BACKEND_API_PORT: 'x' }, 'BACKEND_API_PORT'],
    [
      'introspection without credentials',
      { BACKEND_API_VALIDATION: 'introspection' },
      'BACKEND_API_VALIDATION',
    ],
    ['a variable that is none', { BACKEND_API_TYPO: 'x' }, 'BACKEND_API_TYPO'],
  ])('refuses to start with %s, and names the variable (19)', async (_what, change, name) => {
    const database =
      name === 'BACKEND_API_DATABASE' ? {} : { BACKEND_API_DATABASE: join(folder.path, 'items.db') }
    const program = runMain([], { ...SETTINGS, ...database, ...change })
    expect(await program.exitCode).toBe(2)
    expect(program.output.stderr).toMatch(new RegExp(`^backend-api: ${name}.*\n$`))
    expect(program.output.stdout).toBe('')
  })

  it('refuses a flag that it does not know, and shows no secret in its help (53)', async () => {
    expect(await runMain(['--client-secret', 'x']).exitCode).toBe(2)
    const help = runMain(['--help'], { BACKEND_API_CLIENT_SECRET: 'canary' })
    expect(await help.exitCode).toBe(0)
    expect(help.output.stdout).toContain('BACKEND_API_CLIENT_SECRET')
    expect(help.output.stdout).not.toContain('canary')
  })

  it('says in one line what is in the way: a port in use, a database that is none, a log file', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = String(typeof address === 'object' ? address?.port : 0)
    const database = join(folder.path, 'items.db')
    const broken = join(folder.path, 'broken.db')
    writeFileSync(broken, 'x'.repeat(10_000))
    for (const [flags, message] of [
      [['--database', database, '--port', port], `can't listen on 127.0.0.1 port ${port}`],
      [['--database', broken], 'broken.db'],
      [['--database', database, '--log-file', folder.path], 'the log file'],
    ] as const) {
      const program = runMain(flags, SETTINGS)
      expect(await program.exitCode).toBe(1)
      expect(program.output.stderr).toMatch(/^backend-api: [^\n]*\n$/)
      expect(program.output.stderr).toContain(message)
    }
    other.close()
  })
})
