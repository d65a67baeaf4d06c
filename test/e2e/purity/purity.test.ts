import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { textWidth } from '../../../src/cli/text-width.js'
import { leafCommands } from '../../support/cli/command-tree.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { commandLine, type ProcessRun, runInBash, runOnTerminal } from '../../support/cli/process-runs.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'
import { HOSTILE, ITEMS, NAME, type PurityCase } from './cases.js'
import { COMMANDS } from './commands.js'

const doubles = useDoubles()

let keyring: Keyring
beforeAll(async () => {
  keyring = await startKeyring()
})
afterAll(() => keyring.stop())

beforeEach(async () => {
  doubles.api.pages = [ITEMS]
  // Nobody allows a login on another device either.
  doubles.authService.lies.devicePolls = Array.from({ length: 1000 }, () => 'authorization_pending')
  const places = { api: doubles.api.resource, issuer: doubles.authService.issuer }
  await placeLogin(doubles.home, places, { name: 'work', account: NAME })
  await placeLogin(doubles.home, places, { name: 'other', account: HOSTILE })
})

/** Of every encoding that a system may say, the poorest. */
const LOCALE = { LC_ALL: 'C', LANG: 'C' }

const environment = () => ({ HOME: doubles.home.path, ...doubles.home.env, ...keyring.env, ...LOCALE })

/** A line of bash in which `AUTHCLI` stands for the command. */
const inBash = (line: string, { args }: PurityCase) =>
  runInBash(
    line.replace('AUTHCLI', () => commandLine(args(doubles))),
    environment(),
  )

const onTerminal = (
  { args }: PurityCase,
  terminal: { columns: number; shows: 'stdout' | 'everything' },
  env: Record<string, string> = {},
) =>
  runOnTerminal({ args: args(doubles), env: { ...environment(), TERM: 'xterm-256color', ...env } }, terminal)

/** The text of what was written; anything that is no UTF-8 throws. */
const textOf = ({ stdout }: ProcessRun) => new TextDecoder('utf-8', { fatal: true }).decode(stdout)

/** Everything that moves a cursor, colours a screen or turns text around. The joiners of emoji do not. */
const CONTROLS = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const MARKUP = /\p{Cc}\[[\d;]*m/u

/** What no person is to be shown, whatever goes wrong. */
const RAW_FAILURE = /EPIPE|^ {4}at |Error:/m

describe('the table of commands', () => {
  it('has an entry for every command, and for nothing else', async () => {
    const paths = (await leafCommands()).map(({ path }) => path)
    expect(Object.keys(COMMANDS).sort()).toEqual(paths.sort())
  })
})

describe('a terminal with colours', () => {
  it('gets some, so that their absence says something', async () => {
    const run = await onTerminal(COMMANDS['status'] as PurityCase, { columns: 80, shows: 'stdout' })
    expect(textOf(run)).toMatch(MARKUP)
  })
})

describe.each(Object.entries(COMMANDS))('authcli %s', (_path, command) => {
  const { exitCode = 0, data } = command

  it('writes its data to a pipe, and nothing else, without a terminal and in any locale', async () => {
    const run = await inBash('AUTHCLI', command)
    expect({ ...run, stdout: '' }).toMatchObject({ exitCode })
    const text = textOf(run)
    if (data === 'nothing') expect(text).toBe('')
    else data(text)
    expect(text).not.toMatch(CONTROLS)
    expect(run.stderr).not.toMatch(CONTROLS)
    expect(run.stderr).not.toMatch(RAW_FAILURE)
  })

  it('ends quietly when its reader has seen one line', async () => {
    const run = await inBash('AUTHCLI | head -1', command)
    if (data === 'nothing') expect(run.exitCode).toBe(exitCode)
    else if (!command.isPassedOn) expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expect(run.stderr).not.toMatch(RAW_FAILURE)
  })

  it('ends quietly when its reader was gone before it began', async () => {
    const run = await inBash('exec 3> >(:); wait $!; AUTHCLI >&3', command)
    if (!command.isPassedOn) expect(run.exitCode).toBe(exitCode)
    if (data !== 'nothing' && !command.isPassedOn) expect(run.stderr).toBe('')
    expect(run.stderr).not.toMatch(RAW_FAILURE)
  })

  it('fails on a full disk, if it has anything to write', async () => {
    const run = await inBash('AUTHCLI > /dev/full', command)
    if (data === 'nothing') expect(run.exitCode).toBe(exitCode)
    else if (command.isPassedOn) expect(run.exitCode).not.toBe(0)
    else expect(run).toMatchObject({ exitCode: 1, stderr: "authcli: stdout can't be written (ENOSPC)\n" })
  })

  it('works with stdout and stdin closed', async () => {
    expect((await inBash('AUTHCLI >&- <&-', command)).exitCode).toBe(exitCode)
  })

  it('marks nothing on a terminal when NO_COLOR is set', async () => {
    const run = await onTerminal(command, { columns: 80, shows: 'everything' }, { NO_COLOR: '1' })
    expect(run.exitCode).toBe(exitCode)
    expect(textOf(run)).not.toMatch(MARKUP)
  })

  it('sends a dumb terminal nothing that it would not understand', async () => {
    const run = await onTerminal(command, { columns: 80, shows: 'everything' }, { TERM: 'dumb' })
    expect(run.exitCode).toBe(exitCode)
    expect(textOf(run).replaceAll('\r\n', '\n')).not.toMatch(CONTROLS)
  })

  it('fits into 40 columns, where it lays anything out', async () => {
    const run = await onTerminal(command, { columns: 40, shows: 'stdout' }, { NO_COLOR: '1' })
    expect(run.exitCode).toBe(exitCode)
    const lines = textOf(run).split('\r\n')
    if (data === 'nothing') expect(lines).toEqual([''])
    if (command.fitsTerminal) expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(40)
  })
})
