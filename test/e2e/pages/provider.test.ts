import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../support/auth-service/authorization-requests.js'
import {
  startUpstreamMockServer,
  startUpstreamOidcProvider,
} from '../../support/auth-service/upstream-providers.js'
import { startBrowser } from '../../support/browser.js'
import type { ForeignAuthService } from '../../support/cli/oidc-provider.js'
import { emptyHome } from '../../support/empty-home.js'
import { type BrowserStandIn, standInForBrowser } from '../../support/handed-over-url.js'
import { type Program, startProgram } from '../../support/processes.js'
import { type Services, startServices } from '../../support/services.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

const SECRET = 'between the AuthService and its provider'

let folder: TemporaryFolder
let services: Services
let oidcProvider: ForeignAuthService
let mockServer: ForeignAuthService
let browser: Browser

beforeAll(async () => {
  folder = makeTemporaryFolder('provider-e2e')
  ;[services, browser] = await Promise.all([startServices({ folder: folder.path }), startBrowser()])
  const redirectUri = `${services.issuer}/auth/providers/acme/callback`
  oidcProvider = await startUpstreamOidcProvider({ id: 'our-client', secret: SECRET, redirectUri })
  mockServer = await startUpstreamMockServer({ sub: 'mock-1', name: 'Mary Mock', team: 'harbour' })
  await Promise.all([
    addProvider('acme', '--label', 'Acme', '--issuer', oidcProvider.issuer),
    addProvider('mock', '--label', 'Mock', '--issuer', mockServer.issuer, '--allow-claim', 'team=harbour'),
  ])
})
afterAll(async () => {
  await browser?.close()
  await services?.stop()
  await Promise.all([oidcProvider?.stop(), mockServer?.stop()])
  folder?.remove()
})

/** What the operator types while the AuthService runs. */
async function addProvider(name: string, ...flags: string[]): Promise<void> {
  const data = ['--dev', '--data', join(folder.path, 'auth-service')]
  const args = ['providers', 'add', name, '--client-id', 'our-client', ...flags, ...data]
  const program = startProgram('auth-service', args, { input: SECRET })
  const { code } = await program.exited
  if (code !== 0) throw new Error(program.output.stderr)
}

/** A person with a home and a browser of their own, who log in on a terminal. */
async function startLogin(name: string, provider: string) {
  const home = join(folder.path, name)
  const env = { ...emptyHome(home), TERM: 'xterm', DISPLAY: ':0' }
  const desktop = await standInForBrowser(home)
  const store = ['--store', 'file', '--insecure-plaintext']
  const program = startProgram(
    'authcli',
    ['login', '--api', services.api, '--provider', provider, ...store],
    { env: { ...env, PATH: `${desktop.folder}:${process.env['PATH']}` }, terminal: true },
  )
  return { env, desktop, program }
}

/** A browser that nobody has used, without a way to the internet: the pages of oidc-provider want a font from there. */
async function newPage(): Promise<Page> {
  const context = await browser.newContext()
  await context.route('https://**', (route) => route.abort())
  return context.newPage()
}

async function openHandedOver(
  page: Page,
  { desktop, program }: { desktop: BrowserStandIn; program: Program },
): Promise<void> {
  const ended = program.exited.then(() => Promise.reject(new Error(program.output.stdout)))
  await page.goto(await Promise.race([desktop.url, ended]))
}

async function allow(page: Page): Promise<void> {
  await page.click('button[value=allow]')
  await page.waitForURL('**/result')
}

async function getItems(env: Record<string, string>): Promise<unknown[]> {
  const program = startProgram('authcli', ['get-items', '--limit', '3'], { env, input: '' })
  const { code } = await program.exited
  if (code !== 0) throw new Error(program.output.stderr)
  return JSON.parse(program.output.stdout)
}

describe('authcli login --provider, in a real browser', () => {
  it('goes by oidc-provider to the items, after the password has connected the account once', async () => {
    const page = await newPage()
    const first = await startLogin('first', 'acme')
    await openHandedOver(page, first)
    expect(new URL(page.url()).origin).toBe(new URL(oidcProvider.issuer).origin)
    await page.fill('input[name=login]', 'grace')
    await page.fill('input[name=password]', 'anything')
    await page.click('button[type=submit]')
    await page.click('button[type=submit]')
    await page.getByText('No account here is connected to grace@example.org at Acme.').waitFor()
    await page.getByLabel('Username').fill(services.account.username)
    await page.getByLabel('Password').fill(services.account.password)
    await page.getByRole('button', { name: 'Sign in and connect' }).click()
    await allow(page)
    expect((await first.program.exited).code).toBe(0)
    expect(first.program.output.stdout).toContain('logged in as')
    expect(await getItems(first.env)).toHaveLength(3)

    const second = await startLogin('second', 'acme')
    await openHandedOver(page, second)
    await allow(page)
    expect((await second.program.exited).code).toBe(0)
    expect(second.program.output.stdout).toContain(services.account.username)
    expect(await getItems(second.env)).toHaveLength(3)
    first.desktop.stop()
    second.desktop.stop()
    await page.context().close()
  })

  it('goes by oauth2-mock-server to the items, with an account that its rule allows', async () => {
    const page = await newPage()
    const login = await startLogin('third', 'mock')
    await openHandedOver(page, login)
    expect(await page.locator('main').innerText()).toContain('Mary Mock')
    await allow(page)
    expect((await login.program.exited).code).toBe(0)
    expect(login.program.output.stdout).toContain('user@mock')
    expect(await getItems(login.env)).toHaveLength(3)
    login.desktop.stop()
    await page.context().close()
  })

  it('shows nobody who says no at the provider anything but a way to the other ways in', async () => {
    const page = await newPage()
    await page.goto(services.issuer + authorizationPath({ provider: 'acme', resource: services.api }))
    await page.getByRole('link', { name: /cancel/i }).click()
    await page.getByText('Acme tells us that you said no').waitFor()
    await page.getByRole('link', { name: 'See the ways to sign in' }).click()
    await page.getByRole('link', { name: 'Continue with Mock' }).waitFor()
    await page.context().close()
  })
})
