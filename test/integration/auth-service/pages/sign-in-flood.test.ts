import { afterEach, beforeEach, expect, it } from 'vitest'
import { createPasswords } from '../../../../server/auth-service/passwords.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'

let service: PageService
/** Lets every password that is being looked at be wrong. */
let finish: () => void
beforeEach(async () => {
  service = await pageService()
  const looking = new Promise<boolean>((resolve) => {
    finish = () => resolve(false)
  })
  const hasher = { hash: async () => 'hash', verify: () => looking }
  service.context.passwords = await createPasswords(hasher, { atOnce: 2, waiting: 3 })
})
afterEach(() => service.close())

const press = 'Sign in'
const fill = { username: 'ada', password: 'a guess' }

it('a flood of sign-ins waits in a queue that has an end, and keeps nobody else from an answer (81)', async () => {
  const browsers = Array.from({ length: 6 }, () => service.browser())
  const pages = await Promise.all(browsers.map((browser) => browser.open(authorizationPath())))
  const [first, ...others] = browsers.map((browser, at) => {
    const page = pages[at]
    if (page === undefined) throw new Error('each browser has a page')
    return browser.submit(page, { press, fill })
  })
  // Two are looked at and three wait, so one of the six is answered at once.
  const turnedAway = await Promise.race([first, ...others])
  expect(turnedAway?.status).toBe(503)
  expect(turnedAway?.headers['retry-after']).toBe('2')

  const { access_token, refresh_token } = await service.logIn()
  expect((await service.introspect(access_token)).body).toMatchObject({ active: true })
  expect((await service.refresh(refresh_token)).status).toBe(200)
  expect((await service.get('/jwks')).status).toBe(200)
  expect((await service.browser().open(authorizationPath())).title).toMatch(/^Sign in/)

  finish()
  const titles = (await Promise.all([first, ...others])).map((visit) => visit?.title)
  expect(titles.filter((title) => title?.startsWith('Not signed in'))).toHaveLength(5)
})
