import type { Settings } from '../../../server/auth-service/settings.js'
import { findAuthorizationCode } from '../../../server/auth-service/store/authorization-codes.js'
import { hashAuthorizationCode } from '../../../server/auth-service/tokens/authorization-code.js'
import { authorizationPath } from './authorization-requests.js'
import { createPageBrowser, type PageBrowser, type PageVisit } from './page-browser.js'
import { type TestAuthService, testAuthService } from './test-auth-service.js'
import { TEST_PASSWORD } from './test-context.js'
import type { TestStore } from './test-store.js'

/** What an authorization request changes about the one that `authcli` makes. */
type Changes = Record<string, string | undefined>

/** An AuthService, and people with browsers who go through its pages. */
export interface PageService extends TestAuthService {
  /** A browser that was never here, at an address of its own unless told which. */
  browser(ip?: string): PageBrowser
  /** Goes to an authorization request and types a username and a password. */
  signIn(browser: PageBrowser, changes?: Changes, credentials?: Partial<Credentials>): Promise<PageVisit>
  /** Goes through an authorization request to its end, allowing what is asked. */
  allow(browser: PageBrowser, changes?: Changes): Promise<URL>
  /** What is stored about the code in an answer. */
  codeOf(answer: URL | undefined): Promise<Record<string, unknown> | undefined>
  /** How many codes were issued so far. */
  countCodes(): Promise<number>
  /** The audit lines so far. */
  audit(): Record<string, unknown>[]
}

export interface Credentials {
  username: string
  password: string
}

export async function pageService(settings: Partial<Settings> = {}, store?: TestStore): Promise<PageService> {
  const service = await testAuthService(settings, store)
  const { issuer } = service.context.settings

  let browsers = 0

  const signIn: PageService['signIn'] = async (browser, changes = {}, credentials = {}) => {
    const visit = await browser.open(authorizationPath(changes))
    return browser.submit(visit, {
      press: 'Sign in',
      fill: { username: 'ada', password: TEST_PASSWORD, ...credentials },
    })
  }

  return {
    ...service,
    browser: (ip = `198.51.100.${++browsers % 256}`) => createPageBrowser(service.app, issuer, ip),
    signIn,
    async allow(browser, changes = {}) {
      let visit = await browser.open(authorizationPath(changes))
      for (let pages = 0; visit.sentTo === undefined && pages < 3; pages++) {
        const asksForPassword = visit.forms.some(({ fields }) =>
          fields.some(({ name }) => name === 'password'),
        )
        const fill = asksForPassword ? { username: 'ada', password: TEST_PASSWORD } : {}
        const press = visit.forms
          .flatMap(({ buttons }) => buttons)
          .find(({ label }) => /^(Sign in|Allow|Continue)$/.test(label))
        visit = await browser.submit(visit, { fill, ...(press === undefined ? {} : { press: press.label }) })
      }
      if (visit.sentTo === undefined) throw new Error(`${visit.status} ${visit.title}`)
      return visit.sentTo
    },
    codeOf: (answer) =>
      findAuthorizationCode(
        service.context.store.read,
        hashAuthorizationCode(answer?.searchParams.get('code') ?? ''),
      ).then((row) => row && { ...row }),
    countCodes: async () =>
      (await service.context.store.read.selectFrom('authorization_codes').selectAll().execute()).length,
    audit: () => service.log.filter(({ msg }) => msg === 'audit'),
  }
}
