import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  closedStream,
  type Home,
  makeHome,
  type RunOptions,
  runAuthcli,
} from '../../support/cli/run-authcli.js'

const COMMANDS = ['login', 'get-items', 'status', 'logout']

let home: Home

beforeEach(() => {
  home = makeHome()
})
afterEach(() => home.remove())

const authcli = (args: string[], options?: RunOptions) => runAuthcli(home, args, options)

describe('authcli --help', () => {
  it.each([[[]], ...COMMANDS.map((command) => [[command]])])(
    'of %j goes to stdout, with examples',
    async (command) => {
      const { exitCode, stdout, stderr } = await authcli([...command, '--help'])
      expect([exitCode, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^Usage: authcli/)
      expect(stdout).toMatch(/^Examples:\n( {2}\S.*\n)+/m)
      for (const flag of ['--profile', '--verbose', '--quiet', '--help']) expect(stdout).toContain(flag)
    },
  )

  it.each([[['help']], [['help', 'login']]])('is also what %j says', async (args) => {
    const [, ...command] = args
    expect(await authcli(args)).toEqual(await authcli([...command, '--help']))
  })

  it('names every command, every exit code and every variable', async () => {
    const { stdout } = await authcli(['--help'])
    for (const word of [
      ...COMMANDS,
      '130',
      'AUTHCLI_PROFILE',
      'AUTHCLI_API',
      'AUTHCLI_ISSUER',
      'AUTHCLI_CLIENT_ID',
    ]) {
      expect(stdout).toContain(word)
    }
    for (const name of ['AUTHCLI_SCOPE', 'AUTHCLI_STORE', 'AUTHCLI_STORE_KEY', 'AUTHCLI_TOKEN', 'NO_COLOR']) {
      expect(stdout).toContain(name)
    }
  })

  it('is at most 100 columns wide on a pipe', async () => {
    for (const command of [[], ...COMMANDS.map((name) => [name])]) {
      const { stdout } = await authcli([...command, '--help'])
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    }
  })

  it('marks its titles on a terminal only', async () => {
    expect((await authcli(['--help'], { terminal: { columns: 80 } })).stdout).toContain(
      '\u001b[1mExamples:\u001b[22m',
    )
    expect((await authcli(['--help'])).stdout).not.toContain('\u001b')
  })

  it('ends quietly when nobody reads, and fails when it can not be written', async () => {
    expect(await authcli(['--help'], { stdout: closedStream('EPIPE') })).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    expect(await authcli(['--help'], { stdout: closedStream('ENOSPC') })).toMatchObject({ exitCode: 1 })
  })
})

describe('authcli --version', () => {
  it('prints the version and nothing else', async () => {
    expect(await authcli(['--version'])).toEqual({ exitCode: 0, stdout: '0.0.0-test\n', stderr: '' })
  })
})

describe('a command line that can not be meant', () => {
  it.each<[string[], RegExp]>([
    [['logn'], /^authcli: unknown command 'logn'\nauthcli: hint: did you mean login\?\n$/],
    [['nonsense'], /^authcli: unknown command 'nonsense'\nauthcli: hint: run `authcli --help`\n$/],
    [
      ['login', '--nonsense'],
      /^authcli: unknown option '--nonsense'\nauthcli: hint: run `authcli login --help`\n$/,
    ],
    [['login', 'extra'], /^authcli: .*argument.*\nauthcli: hint: /],
    [['login', '--api'], /^authcli: option '--api <url>' argument missing\nauthcli: hint: /],
    [['login', '--timeout', '0', '--no-browser'], /whole number from 1 to 3600/],
    [['get-items', '--json', '--jsonl'], /^authcli: option '--jsonl' cannot be used with option '--json'\n/],
    [['status', '--profile', '../etc'], /can't be the name of a profile/],
    [['status', '--profile', '\u001b[2J'], /"\\u001b\[2J" can't be the name of a profile/],
    [['login', '--no-browser', '--api', '\u001b]0;x\u0007'], /is not an https URL/],
    [
      ['login', '--no-browser', '--api', 'https://a.example', '--store', 'cloud'],
      /there is no store "cloud"/,
    ],
  ])('%j ends with 2, one line on what is wrong and one on what to do', async (args, message) => {
    const { exitCode, stdout, stderr } = await authcli(args)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/(?!\n)\p{Cc}/u)
  })

  it('is answered with the help on stderr when it is empty', async () => {
    const { exitCode, stdout, stderr } = await authcli([])
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^Usage: authcli/)
  })
})

describe('an error that nobody expected', () => {
  const http = async () => {
    throw new TypeError('secret-token is not a function')
  }
  const args = ['login', '--no-browser', '--api', 'http://127.0.0.1:1']

  it('is one clean line', async () => {
    const { exitCode, stderr } = await authcli(args, { edges: { http } })
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      'authcli: something went wrong that authcli did not expect (TypeError)\n' +
        'authcli: hint: run it again with `--verbose` to see where\n',
    )
  })

  it('shows with --verbose where it was, and still not what it was working on (53)', async () => {
    const { stderr } = await authcli([...args, '--verbose'], { edges: { http } })
    expect(stderr).toMatch(/^ {4}at .*command-line\.test/m)
    expect(stderr).not.toContain('secret-token')
  })
})

describe('an interruption', () => {
  it('before anything has begun ends with 130', async () => {
    expect(await authcli(['status'], { signal: AbortSignal.abort() })).toMatchObject({
      exitCode: 130,
      stderr: 'authcli: interrupted\n',
    })
  })
})
