import { beforeEach, describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { commandLine, runInBash } from '../../support/cli/process-runs.js'
import { startProgram } from '../../support/processes.js'

const doubles = useDoubles()

beforeEach(async () => {
  await placeLogin(doubles.home, { api: doubles.api.resource, issuer: doubles.authService.issuer })
})

const environment = () => ({ HOME: doubles.home.path, ...doubles.home.env })
const exec = (words: string[], env: Record<string, string> = {}) =>
  startProgram('authcli', ['exec', ...words], { env: { ...environment(), ...env } })
const inBash = (line: string, words: string[]) =>
  runInBash(
    line.replace('AUTHCLI', () => commandLine(['exec', ...words])),
    environment(),
  )

/** A program that says when it is ready, and how it was told to end. */
const listening = (signal: string) => [
  '--',
  process.execPath,
  '-e',
  `process.once('${signal}', () => { console.log('got ${signal}'); process.exit(7) })
   setInterval(() => {}, 1000); console.log('ready')`,
]

describe('authcli exec', () => {
  it('gives the token to the program, and none of its own secrets (100)', async () => {
    const secrets = { AUTHCLI_STORE_KEY: doubles.home.env['AUTHCLI_STORE_KEY'] ?? '', OTHER: 'stays' }
    const program = exec(['--', 'env'], secrets)
    expect(await program.exited).toEqual({ code: 0, signal: null })
    const lines = program.output.stdout.split('\n')
    expect(lines).toContain('AUTHCLI_ACCESS_TOKEN=access-token-0')
    expect(lines).toContain('OTHER=stays')
    const names = lines.map((line) => line.split('=')[0])
    for (const name of ['AUTHCLI_STORE_KEY', 'AUTHCLI_TOKEN', 'AUTHCLI_CLIENT_SECRET']) {
      expect(names).not.toContain(name)
    }
  })

  it.each([
    ['AUTHCLI_TOKEN', { AUTHCLI_TOKEN: 'given' }, 'given'],
    ['AUTHCLI_CLIENT_SECRET', { AUTHCLI_CLIENT_ID: 'a', AUTHCLI_CLIENT_SECRET: 'canary' }, 'access-token-1'],
  ])('passes no %s on (100)', async (name, env, token) => {
    const program = exec(['--', 'env'], env)
    expect(await program.exited).toMatchObject({ code: 0 })
    expect(program.output.stdout).toContain(`AUTHCLI_ACCESS_TOKEN=${token}\n`)
    expect(program.output.stdout).not.toContain(`${name}=`)
  })

  it('puts the token into no list of arguments (100)', async () => {
    const program = exec(['--', 'sh', '-c', 'cat /proc/$$/cmdline /proc/$PPID/cmdline'])
    expect(await program.exited).toMatchObject({ code: 0 })
    expect(program.output.stdout).toContain('exec')
    expect(program.output.stdout).not.toContain('access-token-0')
  })

  it('hands over stdin, stdout and the arguments as they are', async () => {
    const run = await inBash(`printf 'a\\0b' | AUTHCLI`, [
      '--',
      'sh',
      '-c',
      'cat; printf %s "$1"',
      'x',
      '--help $HOME *',
    ])
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expect(run.stdout.toString()).toBe('a\0b--help $HOME *')
  })

  it.each([0, 1, 5, 130, 255])('ends with the exit code of the program: %i', async (code) => {
    expect((await exec(['--', 'sh', '-c', `exit ${code}`]).exited).code).toBe(code)
  })

  it.each([
    ['TERM', 143],
    ['KILL', 137],
    ['SEGV', 139],
  ])('ends with 128+n when SIG%s ended the program', async (signal, code) => {
    expect((await exec(['--', 'sh', '-c', `kill -${signal} $$`]).exited).code).toBe(code)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on, and leaves it to the program what to make of it',
    async (signal) => {
      const program = exec(listening(signal))
      await program.line(/^ready$/)
      program.signal(signal)
      await program.line(new RegExp(`^got ${signal}$`))
      expect(await program.exited).toEqual({ code: 7, signal: null })
    },
  )

  it("leaves Ctrl-C on a terminal to the program, and ends with that one's exit code", async () => {
    const program = startProgram('authcli', ['exec', ...listening('SIGINT')], {
      env: environment(),
      terminal: true,
    })
    await program.line(/^ready/)
    program.type('\u0003')
    await program.line(/got SIGINT/)
    expect((await program.exited).code).toBe(7)
  })

  it('says so when the program is not there, or is none', async () => {
    const missing = exec(['--', 'no-such-program'])
    expect(await missing.exited).toMatchObject({ code: 127 })
    expect(missing.output.stderr).toBe('authcli: there is no program "no-such-program"\n')
    const none = exec(['--', doubles.home.path])
    expect(await none.exited).toMatchObject({ code: 126 })
    expect(none.output.stderr).toContain("can't be started (EACCES)")
  })

  it('refreshes before, when --min-ttl wants it', async () => {
    const program = exec(['--min-ttl', '601', '--', 'true'])
    expect(await program.exited).toMatchObject({ code: 1 })
    const refreshed = exec(['--min-ttl', '599', '--', 'printenv', 'AUTHCLI_ACCESS_TOKEN'])
    expect(await refreshed.exited).toMatchObject({ code: 0 })
    expect(refreshed.output.stdout).toMatch(/^access-token-[1-9]\n$/)
  })

  it('starts nothing when nobody is logged in', async () => {
    const program = exec(['--profile', 'nobody', '--', 'echo', 'started'])
    expect(await program.exited).toMatchObject({ code: 4 })
    expect(program.output.stdout).toBe('')
  })
})
