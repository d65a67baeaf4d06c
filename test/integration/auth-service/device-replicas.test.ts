import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { enterUserCode } from '../../../server/auth-service/device-code-guessing.js'
import { DATABASES, type TestDatabase } from '../../support/auth-service/databases.js'
import {
  type DeviceStart,
  decide,
  poll,
  rowOf,
  startDevice,
} from '../../support/auth-service/device-logins.js'
import { createPageBrowser } from '../../support/auth-service/page-browser.js'
import { serve, type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'
import { TEST_PASSWORD } from '../../support/auth-service/test-context.js'

type Replica = Omit<TestAuthService, 'close'>

describe.each(DATABASES)('on $name, with two replicas,', ({ make }) => {
  let service: TestAuthService
  let database: TestDatabase
  let replicas: Replica[]
  let start: DeviceStart

  /** One more AuthService on the same database, as after a restart or beside the first. */
  async function replica(): Promise<Replica> {
    const store = { ...service.context.store, ...(await database.open()) }
    return serve({ ...service.context, store }, service.account)
  }

  beforeEach(async () => {
    database = await make()
    const store = await database.open()
    service = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
    replicas = [service, await replica()]
    start = await startDevice(service)
  })
  afterEach(() => database.remove())

  /** The n-th request goes to one replica and the next to the other, all at once. */
  function atOnce<T>(times: number, request: (replica: Replica, index: number) => Promise<T>): Promise<T[]> {
    const chosen = Array.from({ length: times }, (_, index) => replicas[index % 2] as Replica)
    return Promise.all(chosen.map(request))
  }

  it('100 polls at once are answered with one set of tokens, which lives (73) (V11)', async () => {
    await decide(service, start)
    const answers = await atOnce(100, (each) => poll(each, start))
    const successes = answers.filter(({ status }) => status === 200)
    expect(successes).toHaveLength(1)
    const others = answers.filter(({ status }) => status !== 200)
    expect(new Set(others.map(({ body }) => body['error']))).toEqual(new Set(['slow_down']))
    expect(await service.context.store.read.selectFrom('grants').select('id').execute()).toHaveLength(1)
    expect((await service.refresh(String(successes[0]?.body['refresh_token']))).status).toBe(200)
  })

  it('a device code that was redeemed before a restart is not redeemed after it (73) (60)', async () => {
    await decide(service, start)
    expect((await poll(service, start)).status).toBe(200)
    service.context.advanceSeconds(60)
    expect((await poll(await replica(), start)).body).toMatchObject({ error: 'invalid_grant' })
  })

  it('a device that was told to slow down must do so after a restart too (75)', async () => {
    await poll(service, start)
    expect((await poll(service, start)).body).toMatchObject({ error: 'slow_down' })
    service.context.advanceSeconds(6)
    expect((await poll(await replica(), start)).body).toMatchObject({ error: 'slow_down' })
  })

  it('of 20 browsers in which a code is entered at once one has it (78) (V10)', async () => {
    const results = await atOnce(20, (each, index) =>
      enterUserCode(each.context, {
        userCode: start.user_code,
        browser: `browser ${index}`,
        accountId: `account ${index}`,
        ip: `192.0.2.${index}`,
      }),
    )
    const winners = results.flatMap((result, index) => ('claimed' in result ? [`browser ${index}`] : []))
    expect(winners).toEqual([(await rowOf(service.context, start.user_code)).claimed_by])
  })

  it('of 30 guesses at once five are looked at (74)', async () => {
    const entry = { userCode: 'BBBB-BBBB', browser: 'a browser', accountId: 'an account', ip: '192.0.2.1' }
    const results = await atOnce(30, (each) => enterUserCode(each.context, entry))
    expect(results.filter((result) => 'refused' in result)).toHaveLength(5)
    expect(results.filter((result) => 'blockedUntil' in result)).toHaveLength(25)
  })

  it('of many presses of both buttons at once the first decides (78)', async () => {
    const { issuer } = service.context.settings
    const browser = createPageBrowser(service.app, issuer)
    const link = await browser.open(`/auth/device?user_code=${start.user_code}`)
    const signIn = await browser.submit(link)
    const consent = await browser.submit(signIn, { fill: { username: 'ada', password: TEST_PASSWORD } })
    const presses = Array.from({ length: 10 }, (_, index) => (index % 2 ? 'Allow' : 'Decline'))
    const visits = await Promise.all(presses.map((press) => browser.submit(consent, { press })))
    expect(new Set(visits.map(({ title }) => title)).size).toBe(1)
    const { approved_at, denied_at } = await rowOf(service.context, start.user_code)
    expect([approved_at, denied_at].filter((at) => at !== null)).toHaveLength(1)
    const lines = service.log.filter(({ event }) => event === 'device-approved' || event === 'device-denied')
    expect(lines).toHaveLength(1)
  })
})
