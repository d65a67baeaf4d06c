import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startBrowser } from '../support/browser.js'
import { emptyHome } from '../support/empty-home.js'
import { freePort } from '../support/free-port.js'
import { standInForBrowser } from '../support/handed-over-url.js'
import { readKeychainItem } from '../support/keychain-items.js'
import { startKeyring } from '../support/keyring.js'
import { type Program, startProgram } from '../support/processes.js'
import { readCommandLines } from '../support/secrets.js'
import { type Services, startServices } from '../support/services.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'
import { startWireTap, type WireTap } from '../support/wire-tap.js'

const ACCESS_TOKEN_SECONDS = 4
const PROFILE = 'default'

/** What authcli keeps, as it lies in the keychain. */
export interface KeptSession {
  accessToken: string
  refreshToken: string
}

/** A whole run between the real programs, with everything that could be seen of it. */
export interface ObservedRun {
  /** Where everything was written but the keychain. */
  folder: string
  services: Services
  /** What passed between authcli, the browser and the AuthService, and what the BackendAPI asked it. */
  authService: WireTap
  /** What passed between authcli and the BackendAPI. */
  backendApi: WireTap
  /** How each call of authcli ended, and what it said. */
  calls: Record<
    'login' | 'first' | 'again' | 'expired',
    { code: number | null; stdout: string; stderr: string }
  >
  /** Every address that the browser went to. */
  visited: URL[]
  /** The page that the browser ended on. */
  lastPage: { url: URL; text: string }
  afterLogin: KeptSession
  /** What the keychain held at the moment when the refreshed request came to the BackendAPI. */
  beforeResend: KeptSession
  /** The command lines of every process, seen again and again during the run. */
  commandLines: string
  stop(): Promise<void>
}

/**
 * Lets a person log in with Chromium, which authcli opens by itself, get items twice, and once more after the
 * access token has expired. Every request between the programs passes a tap.
 */
export async function observeRun(): Promise<ObservedRun> {
  const folder = makeTemporaryFolder('observed')
  const ports = { authService: await freePort(), backendApi: await freePort() }
  const [authService, backendApi] = [
    await startWireTap(ports.authService),
    await startWireTap(ports.backendApi),
  ]
  const places = { issuer: authService.origin, api: backendApi.origin }
  const keyring = await startKeyring()
  const services = await startServices({
    folder: folder.path,
    logLevel: 'trace',
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
    ports,
    places,
  })
  const env = { ...emptyHome(join(folder.path, 'home')), ...keyring.env, TERM: 'xterm', DISPLAY: ':0' }
  const processes = new Set<string>()
  authService.beforePassing = async () => {
    processes.add(readCommandLines())
  }
  const kept = (): KeptSession =>
    JSON.parse(readKeychainItem(keyring.env, `${PROFILE} ${places.issuer}`) ?? '{}')

  const { login, visited, lastPage } = await logIn(folder.path, services, env)
  const expired = wait(ACCESS_TOKEN_SECONDS * 1000)
  const afterLogin = kept()
  turnEarlyRefreshOff(env.XDG_CONFIG_HOME)
  const getItems = async () =>
    ended(startProgram('authcli', ['--verbose', 'get-items', '--limit', '3'], { env, input: '' }))
  const first = await getItems()
  const again = await getItems()
  await expired
  let beforeResend: KeptSession | undefined
  backendApi.beforePassing = async ({ headers }) => {
    processes.add(readCommandLines())
    if (headers.authorization !== `Bearer ${afterLogin.accessToken}`) beforeResend ??= kept()
  }
  const afterExpiry = await getItems()
  if (!beforeResend) throw new Error(`nothing was sent again: ${afterExpiry.stderr}`)
  return {
    folder: folder.path,
    services,
    authService,
    backendApi,
    calls: { login, first, again, expired: afterExpiry },
    visited,
    lastPage,
    afterLogin,
    beforeResend,
    commandLines: [...processes].join('\n'),
    stop: async () => {
      await services.stop()
      await keyring.stop()
      await Promise.all([authService.stop(), backendApi.stop()])
      folder.remove()
    },
  }
}

/** authcli on a terminal opens the browser; the person in it signs in and allows. */
async function logIn(folder: string, { api, account }: Services, env: Record<string, string>) {
  const desktop = await standInForBrowser(folder)
  const browser = await startBrowser()
  try {
    const page = await browser.newPage()
    const visited: URL[] = []
    page.on('request', (request) => visited.push(new URL(request.url())))
    const program = startProgram('authcli', ['--verbose', 'login', '--api', api], {
      env: { ...env, PATH: `${desktop.folder}:${process.env['PATH']}` },
      terminal: true,
    })
    await page.goto(await Promise.race([desktop.url, failure(program)]))
    await page.fill('input[name=username]', account.username)
    await page.fill('input[name=password]', account.password)
    await page.press('input[name=password]', 'Enter')
    await page.click('button[value=allow]')
    await page.waitForURL('**/result')
    const lastPage = { url: new URL(page.url()), text: (await page.textContent('body')) ?? '' }
    return { login: await ended(program), visited, lastPage }
  } finally {
    desktop.stop()
    await browser.close()
  }
}

/** Rejects when authcli ends, or says that it could not open the browser. */
async function failure(program: Program): Promise<never> {
  await Promise.race([program.exited, program.line(/could not be opened/)])
  throw new Error(`no browser was opened:\n${program.output.stdout}`)
}

async function ended(program: Program) {
  const { code } = await program.exited
  return { code, ...program.output }
}

/** So that the 401 for an expired token is the BackendAPI's own. */
function turnEarlyRefreshOff(configFolder: string): void {
  const path = join(configFolder, 'authcli/config.json')
  const configuration = JSON.parse(readFileSync(path, 'utf8'))
  configuration.profiles[PROFILE].refreshEarly = false
  writeFileSync(path, JSON.stringify(configuration))
}
