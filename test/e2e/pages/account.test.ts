import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startBrowser } from '../../support/browser.js'
import { emptyHome } from '../../support/empty-home.js'
import { standInForBrowser } from '../../support/handed-over-url.js'
import { startProgram } from '../../support/processes.js'
import { type Services, startServices } from '../../support/services.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

let folder: TemporaryFolder
let services: Services
let browser: Browser

beforeAll(async () => {
  folder = makeTemporaryFolder('account-e2e')
  ;[services, browser] = await Promise.all([startServices({ folder: folder.path }), startBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await services?.stop()
  folder?.remove()
})

/** Logs in on a terminal, in the browser of this page. */
async function logIn(page: Page): Promise<Record<string, string>> {
  const home = join(folder.path, 'home')
  const env = { ...emptyHome(home), TERM: 'xterm', DISPLAY: ':0' }
  const desktop = await standInForBrowser(home)
  const store = ['--store', 'file', '--insecure-plaintext']
  const program = startProgram('authcli', ['login', '--api', services.api, ...store], {
    env: { ...env, PATH: `${desktop.folder}:${process.env['PATH']}` },
    terminal: true,
  })
  await page.goto(await desktop.url)
  await signIn(page)
  await page.click('button[value=allow]')
  await page.waitForURL('**/result')
  expect((await program.exited).code).toBe(0)
  desktop.stop()
  return env
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Username').fill(services.account.username)
  await page.getByLabel('Password').fill(services.account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function getItems(env: Record<string, string>) {
  const program = startProgram('authcli', ['get-items', '--limit', '1'], { env, input: '' })
  const { code } = await program.exited
  return { code, stderr: program.output.stderr }
}

it('in Chromium, without scripts, a login of authcli is seen and ended, and gets no more from the API', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const env = await logIn(page)
  expect(await getItems(env)).toMatchObject({ code: 0 })

  await page.goto(services.issuer)
  await page.getByRole('link', { name: 'Your account' }).click()
  const login = page.getByRole('listitem').filter({ hasText: `authcli on ${hostname()}` })
  await login.getByText('What it may do').click()
  await login.getByText('See your items').waitFor()
  await login.getByRole('button', { name: /^Sign out authcli/ }).click()
  await page.getByRole('status').getByText('That program is signed out.').waitFor()
  expect(await login.count()).toBe(0)

  // The API may believe what it heard for 5 seconds; then it asks again.
  await vi.waitFor(async () => expect((await getItems(env)).stderr).toContain('your session has ended'), {
    timeout: 20_000,
    interval: 1_000,
  })
  await context.close()
})

it('in Chromium, with nothing but a keyboard, a password is changed, and another browser is signed out', async () => {
  const [context, elsewhere] = [await browser.newContext(), await browser.newContext()]
  const [page, other] = [await context.newPage(), await elsewhere.newPage()]
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  for (const each of [other, page]) {
    await each.goto(`${services.issuer}/auth/account`)
    await signIn(each)
    await each.getByRole('heading', { name: 'Your account' }).waitFor()
  }
  await page.getByRole('link', { name: 'Change your password' }).focus()
  await page.keyboard.press('Enter')
  await page.locator('#current:focus').waitFor()
  const { password } = services.account
  for (const text of [password, 'a keyboard and a horse', 'a keyboard and a horse']) {
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Your password is changed.').waitFor()
  await other.reload()
  await other.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(complaints).toEqual([])
  await context.close()
  await elsewhere.close()
})
