import { setTimeout as wait } from 'node:timers/promises'
import type { Program } from '../support/processes.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import { type Services, startServices } from '../support/services.js'
import { signIn } from '../support/sign-in.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'
import { createDemoAuthcli, type DemoAuthcli } from './authcli.js'
import { openBrowser } from './browser.js'
import { LEG_COUNT } from './join-legs.js'
import { chooseKeychain } from './keychain.js'
import { createRecorder, type Recorder } from './recorder.js'
import type { Stage } from './stage.js'

const ACCESS_TOKEN_SECONDS = 5
/** After a program has ended, its last lines and those of the services are here within this time. */
const SETTLE_MS = 3_000
const AUTHORIZATION_URL = /(https?:\/\/\S+\/auth\/authorize\?\S+)/

export interface DemoOptions {
  /** Whether a person signs in, in a browser. */
  interactive: boolean
  /** Resolves when a person wants it to end. */
  interrupted: Promise<unknown>
  /** After this time without the last leg the demo has failed. Absent: a person may take their time. */
  limitMs?: number
}

/** How the demo went. `missing` has been shown with the leg that did not happen. */
export type Outcome = 'complete' | 'missing' | 'interrupted'

/** What to undo at the end, from the last to the first. */
type Cleanup = (() => Promise<void> | void)[]

/**
 * The whole flow between real programs: both services, a keychain, authcli. Shows every leg when it has been seen,
 * and the first one that is missing. With a person, everything goes on running until it is interrupted.
 */
export async function runDemo(stage: Stage, options: DemoOptions): Promise<Outcome> {
  const { interactive, interrupted, limitMs } = options
  const cleanup: Cleanup = []
  const recorder = createRecorder(Date.now, stage.leg)
  const limit = new AbortController()
  const story = tellTheStory(stage, { recorder, cleanup, interactive }).then(
    (playground) => ({ playground }),
    (error: Error) => ({ error }),
  )
  const late = limitMs === undefined ? [] : [wait(limitMs, 'late' as const, { signal: limit.signal })]
  for (const each of late) each.catch(() => undefined)
  try {
    const ending = await Promise.race([story, interrupted.then(() => 'interrupted' as const), ...late])
    if (ending === 'interrupted') return ending
    if (ending !== 'late' && 'playground' in ending) {
      if (!interactive) return 'complete'
      stage.invite(ending.playground)
      await interrupted
      return 'complete'
    }
    if (ending !== 'late') stage.complaint(ending.error.message)
    stage.missing(recorder.next())
    return 'missing'
  } finally {
    limit.abort()
    for (const step of cleanup.reverse()) await step()
  }
}

/** What a person can play with after the demo. */
export interface Playground {
  api: string
  playCommand: string
}

interface Cast {
  recorder: Recorder
  cleanup: Cleanup
  interactive: boolean
}

/** @throws Error when something did not go on; what is missing then is what the recorder waits for. */
async function tellTheStory(stage: Stage, { recorder, cleanup, interactive }: Cast): Promise<Playground> {
  const folder = makeTemporaryFolder('demo')
  cleanup.push(folder.remove)
  const keychain = await chooseKeychain(process.env, stage.systemPackagesTalk)
  cleanup.push(keychain.stop)
  stage.say(`keychain: ${keychain.description}`)

  const services = await startServices({ folder: folder.path, accessTokenSeconds: ACCESS_TOKEN_SECONDS })
  cleanup.push(services.stop)
  recorder.hearService(services.authService)
  recorder.hearService(services.backendApi)
  stage.say(`access tokens: good for ${ACCESS_TOKEN_SECONDS} s, so that one expires before your eyes`)
  stage.open(services)

  const authcli = createDemoAuthcli(folder.path, keychain, recorder)
  await logIn(stage, { services, authcli, recorder, cleanup, interactive })
  const expiresAt = Date.now() + ACCESS_TOKEN_SECONDS * 1000
  authcli.turnEarlyRefreshOff()
  await getItems(stage, authcli, recorder, { call: 'first', until: 12 })
  await getItems(stage, authcli, recorder, { call: 'again', until: 13 })
  await expiry(stage, expiresAt)
  await getItems(stage, authcli, recorder, { call: 'expired', until: LEG_COUNT })
  stage.finish()
  return { api: services.api, playCommand: authcli.writePlayCommand() }
}

interface Login extends Cast {
  services: Services
  authcli: DemoAuthcli
}

async function logIn(
  stage: Stage,
  { services, authcli, recorder, cleanup, interactive }: Login,
): Promise<void> {
  const args = ['login', '--api', services.api]
  stage.command(args)
  // It prints the address and waits; the demo opens it, because authcli's own output is read here and is no terminal.
  const login = authcli.call('login', [...args, '--no-browser'])
  cleanup.push(authcli.logout, () => login.stop().then(() => undefined))
  const [, url = ''] = await login.line(AUTHORIZATION_URL)
  if (interactive) {
    stage.askToSignIn(url, services.account)
    await openBrowser(url)
  } else {
    await signIn(createUserAgent(), url, services.account)
  }
  await end(login, recorder, 8)
}

async function getItems(
  stage: Stage,
  authcli: DemoAuthcli,
  recorder: Recorder,
  { call, until }: { call: 'first' | 'again' | 'expired'; until: number },
): Promise<void> {
  const args = ['get-items', '--limit', '3']
  stage.command(args)
  const program = authcli.call(call, args)
  await end(program, recorder, until)
  stage.items(program.output.stdout)
}

/** Waits for the program's end, and then for the legs that belong to it. */
async function end(program: Program, recorder: Recorder, until: number): Promise<void> {
  const { code } = await program.exited
  if (code === 0) await recorder.reached(until, SETTLE_MS)
  if (code !== 0 || recorder.next() <= until) throw new Error(program.output.stderr)
}

/** The one wait that nothing but the clock can end. */
async function expiry(stage: Stage, at: number): Promise<void> {
  for (let left = at - Date.now(); left > 0; left = at - Date.now()) {
    stage.countdown(Math.ceil(left / 1000))
    await wait(Math.min(left, 1000))
  }
  stage.countdown(0)
}
