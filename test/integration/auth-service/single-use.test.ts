import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issueCode } from '../../support/auth-service/codes.js'
import { DATABASES, type TestDatabase } from '../../support/auth-service/databases.js'
import {
  codeRequest,
  serve,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'

describe.each(DATABASES)('on $name', ({ make }) => {
  let service: TestAuthService
  let database: TestDatabase
  let replicas: Omit<TestAuthService, 'close'>[]

  /** One more AuthService on the same database, as after a restart or beside the first. */
  async function replica(): Promise<Omit<TestAuthService, 'close'>> {
    const store = { ...service.context.store, ...(await database.open()) }
    return serve({ ...service.context, store }, service.account)
  }

  beforeEach(async () => {
    database = await make()
    const store = await database.open()
    service = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
    replicas = [service, await replica()]
  })
  afterEach(() => database.remove())

  /** The n-th request goes to one replica and the next to the other, all at once. */
  function atOnce<T>(times: number, request: (service: TestAuthService) => Promise<T>): Promise<T[]> {
    const chosen = Array.from({ length: times }, (_, index) => replicas[index % replicas.length])
    return Promise.all(chosen.map((each) => request(each as TestAuthService)))
  }

  it('one of 50 redemptions of a code at once succeeds, on two replicas, and the others end its grant (28) (29) (V3)', async () => {
    const { code } = await issueCode(service.context, { account_id: service.account.id })
    const answers = await atOnce(50, ({ post }) => post('/token', codeRequest(code)))
    const successes = answers.filter(({ status }) => status === 200)
    expect(successes).toHaveLength(1)
    const others = answers.filter(({ status }) => status !== 200)
    expect(new Set(others.map(({ body }) => body['error']))).toEqual(new Set(['invalid_grant']))
    const { refresh_token, access_token } = successes[0]?.body ?? {}
    expect((await service.refresh(String(refresh_token))).body).toMatchObject({ error: 'invalid_grant' })
    expect((await service.introspect(String(access_token))).text).toBe('{"active":false}')
  })

  it('a code that was redeemed before a restart is not redeemed after it (28) (60)', async () => {
    const { code } = await issueCode(service.context, { account_id: service.account.id })
    expect((await service.post('/token', codeRequest(code))).status).toBe(200)
    const restarted = await replica()
    expect((await restarted.post('/token', codeRequest(code))).status).toBe(400)
  })

  it('100 uses of a refresh token at once give 100 successors, of which the first use leaves one (59) (V1)', async () => {
    const { refresh_token } = await service.logIn()
    const answers = await atOnce(100, ({ refresh }) => refresh(refresh_token))
    const successors = answers.map(({ body }) => String(body['refresh_token']))
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200))
    expect(new Set(successors).size).toBe(100)

    const [chosen = '', ...siblings] = successors
    const next = await service.refresh(chosen)
    expect(next.status).toBe(200)
    expect((await service.refresh(String(next.body['refresh_token']))).status).toBe(200)
    const late = await atOnce(5, ({ refresh }) => refresh(siblings.pop() ?? ''))
    expect(new Set(late.map(({ status }) => status))).toEqual(new Set([400]))
  })

  it('of 100 siblings used at once one goes on, and the others end the grant (59) (57) (V1)', async () => {
    const { refresh_token } = await service.logIn()
    const successors = (await atOnce(100, ({ refresh }) => refresh(refresh_token))).map(({ body }) =>
      String(body['refresh_token']),
    )
    const answers = await atOnce(100, ({ refresh }) => refresh(successors.pop() ?? ''))
    const alive = answers.filter(({ status }) => status === 200)
    expect(alive).toHaveLength(1)
    const { body } = await service.refresh(String(alive[0]?.body['refresh_token']))
    expect(body).toMatchObject({ error: 'invalid_grant' })
  })

  it('every spent refresh token stays spent after a restart, and ends its grant (60) (V2)', async () => {
    const spent: string[] = []
    let { refresh_token } = await service.logIn()
    for (let generation = 0; generation < 5; generation++) {
      spent.push(refresh_token)
      refresh_token = String((await service.refresh(refresh_token)).body['refresh_token'])
      service.context.advanceSeconds(600)
    }
    const restarted = await replica()
    // The last of them is the predecessor of what is out, which is good for a retry.
    for (const token of spent.slice(0, -1)) {
      expect((await restarted.refresh(token)).body).toMatchObject({ error: 'invalid_grant' })
    }
    expect((await restarted.refresh(refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  })

  it('a grant that one replica revokes is over at the other at once (57)', async () => {
    const { refresh_token, access_token } = await service.logIn()
    const [, other] = replicas
    await service.post('/revoke', { client_id: 'authcli', token: refresh_token })
    expect((await other?.refresh(refresh_token))?.status).toBe(400)
    expect((await other?.introspect(access_token))?.text).toBe('{"active":false}')
  })
})
