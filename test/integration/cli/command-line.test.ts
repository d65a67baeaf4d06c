import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Home, makeHome, type RunOptions, runAuthcli } from '../../support/cli/run-authcli.js'

let home: Home

beforeEach(() => {
  home = makeHome()
})
afterEach(() => home.remove())

const authcli = (args: string[], options?: RunOptions) => runAuthcli(home, args, options)

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
    [['login', '--provider', 'github', '--device'], /--provider and --device exclude each other/],
    [
      ['login', '--provider', 'github', '--client-credentials'],
      /--provider and --client-credentials exclude each other/,
    ],
    [['login', '--provider', ''], /"" can't be the name of a provider/],
    [['login', '--provider', 'a&scope=all'], /"a&scope=all" can't be the name of a provider/],
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
