import { afterEach, beforeEach, expect, it } from 'vitest'
import { endLoginsOfAccount } from '../../../../server/auth-service/store/logins.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'

let service: PageService
beforeEach(async () => {
  service = await pageService()
})
afterEach(() => service.close())

const signOutEverywhere = () =>
  service.context.store.write((transaction) =>
    endLoginsOfAccount(transaction, service.account.id, 'signed out everywhere', service.context.now()),
  )

it('somebody who was signed out everywhere is asked for the password again, in every browser (62)', async () => {
  const browser = service.browser()
  await service.signIn(browser)
  await signOutEverywhere()
  expect((await browser.open(authorizationPath())).title).toMatch(/^Sign in/)
})

it('somebody who is signed out everywhere in the moment of allowing gets no code (62)', async () => {
  const browser = service.browser()
  const page = await service.signIn(browser)
  const { store } = service.context
  const { write } = store
  // The session has been read; the operator's command is done before the code is written.
  store.write = async (job) => {
    store.write = write
    await signOutEverywhere()
    return write(job)
  }
  const { sentTo } = await browser.submit(page, { press: 'Allow' })
  expect(sentTo?.searchParams.get('error')).toBe('login_required')
  expect(sentTo?.searchParams.get('code')).toBeNull()
  expect(await service.countCodes()).toBe(0)
})
