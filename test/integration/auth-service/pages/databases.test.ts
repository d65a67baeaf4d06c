import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { createPageBrowser } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { codeRequest, serve } from '../../../support/auth-service/test-auth-service.js'

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let service: PageService

  beforeEach(async () => {
    database = await make()
    const store = await database.open()
    service = await pageService({}, { ...store, path: '', remove: () => store.close() })
  })
  afterEach(() => database.remove())

  it('a person gets from the request to tokens, is remembered, and signs out', async () => {
    const browser = service.browser()
    const answer = await service.allow(browser)
    const tokens = await service.post('/token', codeRequest(answer.searchParams.get('code') ?? ''))
    expect(tokens.status).toBe(200)
    const again = await browser.open(authorizationPath())
    expect(again.title).toMatch(/^Continue to authcli/)
    await browser.submit(again, { press: 'Continue' })
    await browser.submit(await browser.open('/auth/logout'), { press: 'Sign out' })
    expect((await browser.open(authorizationPath())).title).toMatch(/^Sign in/)
  })

  it('of many guesses at once, at two replicas, no more than ten are looked at (80)', async () => {
    const store = { ...service.context.store, ...(await database.open()) }
    let looks = 0
    const verify = async () => {
      looks++
      return false
    }
    service.context.passwords = { ...service.context.passwords, verify }
    const apps = [service.app, serve({ ...service.context, store }, service.account).app]
    const { issuer } = service.context.settings
    const guesses = Array.from({ length: 24 }, async (_, index) => {
      const browser = createPageBrowser(apps[index % 2] ?? service.app, issuer, '192.0.2.1')
      const page = await browser.open(authorizationPath())
      return browser.submit(page, { press: 'Sign in', fill: { username: 'ada', password: 'guess' } })
    })
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(14)
    expect(looks).toBe(10)
  })
})
