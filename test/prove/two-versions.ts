import { readFileSync } from 'node:fs'
import { type BundledProgram, bundleProgram } from '../support/bundle-program.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import { signIn } from '../support/sign-in.js'
import { clock, type Login } from './logins.js'
import { count, noOutcomes, type Outcomes } from './outcome.js'
import type { Run } from './runs.js'
import type { Stage } from './stage.js'

const VERSION = 'SESSION_VERSION = 1'

/** Builds the authcli of a later year: the same, but that it writes sessions of version 2. */
export async function buildNewerVersion(): Promise<BundledProgram> {
  return await bundleProgram('bin/authcli.ts', [
    {
      name: 'a newer version',
      setup(build) {
        build.onLoad({ filter: /[/\\]src[/\\]session[/\\]session\.ts$/ }, ({ path }) => {
          const source = readFileSync(path, 'utf8')
          if (!source.includes(VERSION)) throw new Error(`${path} does not say ${VERSION}`)
          return { contents: source.replace(VERSION, 'SESSION_VERSION = 2'), loader: 'ts' }
        })
      },
    },
  ])
}

/** The login that a newer authcli made, as the authcli of today uses it. */
function asOlder({ file: _newer, ...login }: Login): Login {
  return login
}

export interface BothVersions {
  newer: Outcomes
  /** How many runs of the older one said that the session is not theirs. */
  olderSaidSo: number
}

/**
 * Lets both versions run at the same time, so many times, while the newer one has to refresh.
 * @param newer a login of the keychain
 */
export async function runBothVersions(stage: Stage, newer: Login, times: number): Promise<BothVersions> {
  const outcomes = noOutcomes()
  let olderSaidSo = 0
  for (let time = 0; time < times; time += 1) {
    await clock(JSON.parse((await newer.text()) ?? '').expiresAt)
    const older = Array.from({ length: 4 }, () => stage.runs.getItems(asOlder(newer)))
    const runs = Array.from({ length: 4 }, () => stage.runs.getItems(newer))
    await Promise.all(runs.map((run) => count(outcomes, run)))
    for (const run of older) if (await isLeftAlone(run)) olderSaidSo += 1
  }
  return { newer: outcomes, olderSaidSo }
}

async function isLeftAlone(run: Run): Promise<boolean> {
  return (await run.exited).code === 1 && run.output.stderr.includes('was written by a newer authcli')
}

/** Every command that there is, in every way that could touch a session. */
function everyCommand({ services }: Stage, { profile }: Login): Record<string, string[][]> {
  return {
    login: [['login', '--api', services.api, '--no-browser', '--timeout', '20']],
    'get-items': [['get-items']],
    status: [['status'], ['status', '--json']],
    token: [['token'], ['token', '--min-ttl', '3600']],
    api: [['api', 'GET', '/items']],
    exec: [['exec', '--', 'true']],
    session: [
      ['session', 'move', '--to', 'file'],
      ['session', 'move', '--to', 'keychain'],
    ],
    doctor: [['doctor']],
    completion: [['completion', 'bash']],
    help: [['help']],
    logout: [['logout']],
    profile: [
      ['profile', 'list'],
      ['profile', 'use', profile],
      ['profile', 'remove', profile],
    ],
  }
}

export interface OlderCommands {
  /** The commands that `authcli --help` names and that were not tried. */
  untried: string[]
  /** The command lines after which another text lay in the store. */
  changedBy: string[]
}

/** Runs every command of today's authcli on a session that a newer one has stored. */
export async function runOlderCommands(stage: Stage, newer: Login): Promise<OlderCommands> {
  const older = asOlder(newer)
  const commands = everyCommand(stage, older)
  const { state } = await newer.store.read()
  if (state !== 'newer') throw new Error(`the session is ${state}`)
  const changedBy: string[] = []
  for (const args of Object.values(commands).flat()) {
    const before = await newer.text()
    await runOne(stage, older, args)
    if (before === undefined || (await newer.text()) !== before) changedBy.push(args.join(' '))
  }
  const help = stage.runs.start(older, ['--help'])
  await help.exited
  const list = /\nCommands:\n(( {2}.*\n)+)/.exec(help.output.stdout)?.[1] ?? ''
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name)
  if (names.length === 0) throw new Error(`no commands in the help: ${help.output.stdout}`)
  return { untried: names.filter((name) => !(name in commands)), changedBy }
}

/** A login is carried out, where it asks for one. */
async function runOne(stage: Stage, login: Login, args: readonly string[]): Promise<void> {
  const run = stage.runs.start(login, args)
  if (args[0] === 'login' && (await run.says(/^http\S+$/))) {
    const url = /^http\S+$/m.exec(run.output.stdout + run.output.stderr)?.[0] ?? ''
    await signIn(createUserAgent(), url, stage.services.account)
  }
  await run.exited
}
