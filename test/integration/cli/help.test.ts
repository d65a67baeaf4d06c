import type { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandTree } from '../../support/cli/command-tree.js'
import {
  closedStream,
  type Home,
  makeHome,
  type RunOptions,
  runAuthcli,
} from '../../support/cli/run-authcli.js'

const tree = await commandTree()
const paths = tree.map(({ path }) => path)

const WIDTH = 100
const GLOBAL_FLAGS = ['--profile', '--verbose', '--quiet', '--help']

let home: Home
beforeEach(() => {
  home = makeHome()
})
afterEach(() => home.remove())

const authcli = (args: string[], options?: RunOptions) => runAuthcli(home, args, options)
const helpOf = (path: string) => authcli([...path.split(' ').filter(Boolean), '--help'])

/** What follows a title of a help text, up to the next empty line. */
function section(help: string, title: string): string[] {
  const [, lines = ''] = help.split(`\n${title}:\n`)
  return lines.split('\n\n')[0]?.split('\n').filter(Boolean) ?? []
}

/** The words of every call of authcli in an example, up to where the shell takes over. */
function callsIn(example: string): string[][] {
  const code = example.replace(/^ {2}\$ /, '').replace(/ {2,}\S.*$/, '')
  return [...code.matchAll(/\bauthcli ((?:'[^']*'|"[^"]*"|\$\([^)]*\)|[^|;&<>()'"`])*)/g)].map(
    ([, words = '']) => words.trim().split(/\s+/),
  )
}

/** The command that some words call, and the flags that they give it. */
function called(words: readonly string[]): { command: Command; flags: string[] } {
  const end = words.indexOf('--')
  const own = end === -1 ? words : words.slice(0, end)
  let command = tree[0]?.command as Command
  for (const word of own) command = command.commands.find((each) => each.name() === word) ?? command
  return {
    command,
    flags: own.filter((word) => word.startsWith('--')).map((flag) => flag.replace(/=.*/, '')),
  }
}

function knownFlags(command: Command): string[] {
  const help = command.createHelp()
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)]
  return options.map(({ long }) => long ?? '')
}

describe.each(paths)('authcli %s --help', (path) => {
  it('goes to stdout and says what it is about', async () => {
    const { exitCode, stdout, stderr } = await helpOf(path)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(new RegExp(`^Usage: authcli ${path}`))
    expect(tree.find((each) => each.path === path)?.command.description()).toMatch(/^\S.{10}/)
    for (const flag of GLOBAL_FLAGS) expect(stdout).toContain(flag)
  })

  it('has examples that call it, with commands and flags that exist', async () => {
    const examples = section((await helpOf(path)).stdout, 'Examples')
    const calls = examples.filter((line) => line.startsWith('  $ ')).flatMap(callsIn)
    expect(calls.some((words) => words.join(' ').startsWith(path))).toBe(true)
    for (const words of calls) {
      const { command, flags } = called(words)
      expect({ words, unknown: flags.filter((flag) => !knownFlags(command).includes(flag)) }).toEqual({
        words,
        unknown: [],
      })
      expect(paths).toContain(pathOf(command))
    }
  })

  it(`is at most ${WIDTH} columns wide on a pipe, without markup, and marks its titles on a terminal`, async () => {
    const { stdout } = await helpOf(path)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(WIDTH)
    expect(stdout).not.toContain('\u001b')
    const args = [...path.split(' ').filter(Boolean), '--help']
    const onTerminal = await authcli(args, { terminal: { columns: 80 } })
    expect(onTerminal.stdout).toContain('\u001b[1mExamples:\u001b[22m')
  })

  it('is also what help says', async () => {
    const words = path.split(' ').filter(Boolean)
    expect((await authcli(['help', ...words])).exitCode).toBe(0)
    if (words.length < 2) expect(await authcli(['help', ...words])).toEqual(await helpOf(path))
  })
})

function pathOf(command: Command): string {
  return tree.find((each) => each.command === command)?.path ?? 'unknown'
}

describe('authcli --help', () => {
  it('names every command, every exit code and every variable', async () => {
    const { stdout } = await authcli(['--help'])
    const names = paths.filter((path) => path !== '' && !path.includes(' '))
    const variables = ['PROFILE', 'API', 'ISSUER', 'CLIENT_ID', 'SCOPE', 'STORE', 'STORE_KEY', 'TOKEN']
    const words = [...names, '130', 'NO_COLOR', ...variables.map((name) => `AUTHCLI_${name}`)]
    expect(words.filter((word) => !stdout.includes(word))).toEqual([])
  })

  it('ends quietly when nobody reads, and fails when it can not be written', async () => {
    expect(await authcli(['--help'], { stdout: closedStream('EPIPE') })).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    expect(await authcli(['--help'], { stdout: closedStream('ENOSPC') })).toMatchObject({ exitCode: 1 })
  })
})

describe('a group of commands', () => {
  const groups = tree.filter(({ path, command }) => path !== '' && command.commands.length > 0)

  it.each(groups.map(({ path }) => path))(
    '%s without more is answered with its help on stderr',
    async (path) => {
      const { exitCode, stdout, stderr } = await authcli(path.split(' '))
      expect([exitCode, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(new RegExp(`^Usage: authcli ${path}`))
    },
  )

  it.each(groups.map(({ path }) => path))('%s with a subcommand that is none says so', async (path) => {
    const { exitCode, stdout, stderr } = await authcli([...path.split(' '), 'nonsense'])
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^authcli: unknown command 'nonsense'\nauthcli: hint: run `authcli \w+ --help`\n$/)
  })
})
