import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { startChild } from '../support/child.js'
import { useDoubles } from '../support/cli/doubles.js'
import { logIn } from '../support/cli/logged-in.js'
import { startProgram } from '../support/processes.js'
import { programFile } from '../support/program-file.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

const doubles = useDoubles()

/** More than a pipe holds, so that a reader who goes away is noticed. */
const PAGE = Array.from({ length: 200 }, (_, number) => ({
  id: `id-${number}`,
  title: 'ä'.repeat(1000),
  createdAt: '2026-01-01T00:00:00.000Z',
}))

beforeEach(() => {
  doubles.api.pages = [PAGE, PAGE]
})

const environment = () => ({ HOME: doubles.home.path, ...doubles.home.env })

/** Runs the built program without a terminal, to its end. */
async function runAuthcli(args: string[], env = {}) {
  const program = startProgram('authcli', args, { input: '', env: { ...environment(), ...env } })
  return { ...(await program.exited), ...program.output }
}

/** Runs a line of shell, in which `authcli` is the built program. */
async function shell(line: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const authcli = `authcli() { '${process.execPath}' '${programFile('authcli')}' "$@"; }`
  const env = { PATH: process.env['PATH'], ...environment() }
  return await new Promise((resolve) => {
    execFile('bash', ['-o', 'pipefail', '-c', `${authcli}; ${line}`], { env }, (error, stdout, stderr) => {
      resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

describe('authcli in a shell', () => {
  it('ends quietly, and well, when its reader has seen enough', async () => {
    await logIn(doubles.home, doubles.api.resource)
    expect(await shell('authcli get-items --all | head -1')).toEqual({
      exitCode: 0,
      stdout: '[\n',
      stderr: '',
    })
  })

  it.each(['get-items', 'status', 'status --json', '--help'])(
    'fails when %s can not be written',
    async (command) => {
      await logIn(doubles.home, doubles.api.resource)
      const { exitCode, stderr } = await shell(`authcli ${command} > /dev/full`)
      expect(exitCode).toBe(1)
      expect(stderr).toBe("authcli: stdout can't be written (ENOSPC)\n")
    },
  )

  it('works without stdout, and without stderr', async () => {
    await logIn(doubles.home, doubles.api.resource)
    expect(await shell('authcli get-items >&-')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await shell('authcli get-items 2>&- | tail -1')).toEqual({
      exitCode: 0,
      stdout: ']\n',
      stderr: '',
    })
    expect(await shell('authcli get-items --nonsense 2> /dev/full')).toMatchObject({ exitCode: 2 })
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends at %s, although its reader takes nothing more',
    async (signal) => {
      await logIn(doubles.home, doubles.api.resource)
      const env = { PATH: process.env['PATH'], ...environment() }
      const args = [programFile('authcli'), 'get-items', '--all']
      const child = startChild(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
      if (child.stdout) await once(child.stdout, 'readable')
      child.kill(signal)
      expect(await once(child, 'exit')).toEqual([130, null])
    },
  )

  it('keeps data and talk apart', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const { stdout, stderr } = await shell('authcli get-items --verbose')
    expect(JSON.parse(stdout)).toEqual(PAGE)
    expect(
      stderr
        .trim()
        .split('\n')
        .every((line) => line.startsWith('authcli: trace ')),
    ).toBe(true)
  })
})

describe('authcli without a home', () => {
  it('shows its help, and says of what needs files what is missing', async () => {
    expect(await runAuthcli(['--help'], { HOME: '' })).toMatchObject({ code: 0, stderr: '' })
    // No account of this machine: neither the environment nor the system knows a home. As that user, nothing
    // can be read in a private folder, such as the one of the project may be.
    const folder = makeTemporaryFolder('nobody')
    chmodSync(folder.path, 0o755)
    cpSync(dirname(programFile('authcli')), folder.path, { recursive: true })
    const hook = join(folder.path, 'nobody.cjs')
    writeFileSync(
      hook,
      'process.setgroups([]); process.setgid(4294967); process.setuid(4294967); delete process.env.HOME',
    )
    const isRoot = process.getuid?.() === 0
    const node = isRoot ? `'${process.execPath}' --require '${hook}'` : `env HOME=. '${process.execPath}'`
    const program = join(folder.path, basename(programFile('authcli')))
    expect(await shell(`${node} '${program}' status`)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'authcli: there is no home folder to keep files in: HOME holds no absolute path\n' +
        'authcli: hint: set HOME to a folder of yours\n',
    })
    folder.remove()
  })
})

describe('authcli without a terminal', () => {
  it.each([
    ['login --api URL', /nobody is here to log in/],
    ['get-items', /you are not logged in/],
    ['status', /you are not logged in/],
    ['logout', /you are not logged in/],
  ])('%s waits for nobody: it ends with 4', async (line, message) => {
    const args = line.replace('URL', doubles.api.resource).split(' ')
    const run = await runAuthcli(args)
    expect(run).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(message) })
  })
})

/** Words that only undici, openid-client and keytar have in them, or in their names. */
const HEAVY = /UndiciError|OAUTH_WWW_AUTHENTICATE_CHALLENGE|findCredentials|\.node$/

describe('authcli that nobody is logged in to', () => {
  it.each(['get-items', '--help', 'login'])(
    '%s loads neither undici nor openid-client nor keytar',
    async (command) => {
      const list = join(doubles.home.path, 'loaded.json')
      const hook = join(doubles.home.path, 'hook.cjs')
      writeFileSync(
        hook,
        `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache))))`,
      )
      await runAuthcli([command], { NODE_OPTIONS: `--require ${hook}` })
      const files: string[] = JSON.parse(readFileSync(list, 'utf8'))
      expect(files.length).toBeGreaterThan(1)
      expect(files.filter((file) => HEAVY.test(file) || HEAVY.test(readFileSync(file, 'utf8')))).toEqual([])
    },
  )
})

describe('the browser that a login opens', () => {
  it('learns no secret from the environment (100)', async () => {
    const browser = join(doubles.home.path, 'browser')
    writeFileSync(browser, `#!/bin/sh\nenv > '${browser}.part' && mv '${browser}.part' '${browser}.env'\n`, {
      mode: 0o700,
    })
    const env = { ...environment(), AUTHCLI_TOKEN: 'token-of-a-machine', BROWSER: browser, KEPT: 'yes' }
    const args = ['login', '--api', doubles.api.resource]
    const program = startProgram('authcli', args, { env, terminal: true })
    const seen = await fileThatAppears(`${browser}.env`)
    await program.stop('SIGINT')
    expect(seen).toMatch(/^KEPT=yes$/m)
    expect(seen).not.toContain('token-of-a-machine')
    expect(seen).not.toContain('AUTHCLI_STORE_KEY')
  })
})

/** The text of a file that somebody else moves to its place. */
function fileThatAppears(path: string): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      if (!existsSync(path)) return
      watcher.close()
      resolve(readFileSync(path, 'utf8'))
    }
    const watcher = watch(dirname(path), look)
    look()
  })
}

describe('Ctrl-C during a login', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '(%s) ends it at once with 130, and closes the listener',
    async (signal) => {
      const args = ['login', '--api', doubles.api.resource, '--no-browser']
      const program = startProgram('authcli', args, { env: environment() })
      const [address = ''] = await program.line(/^http\S+\/authorize\S+$/)
      const callback = new URL(address).searchParams.get('redirect_uri') ?? ''
      expect((await fetch(callback)).status).toBe(400)
      expect(await program.stop(signal)).toEqual({ code: 130, signal: null })
      expect(program.output.stderr).toMatch(/^authcli: interrupted$/m)
      await expect(fetch(callback)).rejects.toThrow()
    },
  )
})
