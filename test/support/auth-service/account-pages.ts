import { issueCode } from './codes.js'
import type { PageBrowser, PageVisit } from './page-browser.js'
import type { PageService } from './page-service.js'
import { codeRequest, type Tokens } from './test-auth-service.js'
import { TEST_PASSWORD } from './test-context.js'

/** Goes to a page of one's own, and signs in there. */
export async function signInToAccount(
  browser: PageBrowser,
  { path = '/auth/account', username = 'ada' } = {},
): Promise<PageVisit> {
  const visit = await browser.open(path)
  return browser.submit(visit, { press: 'Sign in', fill: { username, password: TEST_PASSWORD } })
}

/** Presses the button of a list whose label begins so, or the only one with this label. */
export async function press(browser: PageBrowser, visit: PageVisit, label: string): Promise<PageVisit> {
  const labels = visit.forms.flatMap(({ buttons }) => buttons.map((button) => button.label))
  const found = labels.find((each) => each.startsWith(label))
  if (found === undefined) throw new Error(`"${visit.title}" has no button ${label}: ${labels.join(', ')}`)
  return browser.submit(visit, { press: found })
}

/** Logs in a program on a device that says what it is, from an address. */
export async function logInOn(
  { app, context, account }: PageService,
  device: { name?: string; source?: string; clientId?: string; accountId?: string },
): Promise<Tokens> {
  const { name, source = '203.0.113.5', clientId = 'authcli', accountId = account.id } = device
  const { code, grantId } = await issueCode(context, { account_id: accountId, client_id: clientId })
  const form = { ...codeRequest(code), client_id: clientId, ...(name && { device_name: name }) }
  const response = await app.inject({
    method: 'POST',
    url: '/token',
    remoteAddress: source,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(form).toString(),
  })
  if (response.statusCode !== 200) throw new Error(response.body)
  return { ...response.json<Tokens>(), grantId }
}
