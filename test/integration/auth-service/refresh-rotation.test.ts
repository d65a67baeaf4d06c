import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Settings } from '../../../server/auth-service/settings.js'
import { DATABASES, type TestDatabase } from '../../support/auth-service/databases.js'
import {
  serve,
  type TestAuthService,
  type Tokens,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'

const DAY = 86_400

type Replica = Omit<TestAuthService, 'close'>

/** The table of `design.md`, through HTTP: every request goes to the other of two replicas than the one before. */
describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let service: TestAuthService
  let replicas: Replica[]
  let requests = 0
  beforeAll(async () => {
    database = await make()
    const store = await database.open()
    service = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
    const second = { ...service.context.store, ...(await database.open()) }
    replicas = [service, serve({ ...service.context, store: second }, service.account)]
  })
  afterAll(() => database.remove())
  beforeEach(() => {
    for (const { log } of replicas) log.length = 0
  })

  const either = () => replicas[requests++ % replicas.length] as Replica
  const next = (refreshToken: string) => either().nextRefreshToken(refreshToken)
  const audit = () => replicas.flatMap(({ log }) => log).filter(({ msg }) => msg === 'audit')
  const events = () => audit().map(({ event }) => event)

  /** The same AuthService with other settings. */
  const withSettings = (settings: Partial<Settings>) =>
    serve({ ...service.context, settings: { ...service.context.settings, ...settings } }, service.account)

  async function expectRefused(refreshToken: string): Promise<void> {
    const answer = await either().refresh(refreshToken)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ error: 'invalid_grant', error_description: expect.any(String) })
  }

  describe('a lost answer', () => {
    it.each([
      ['1 s', 1],
      ['61 s', 61],
      ['1 day', DAY],
    ])('costs nothing: the same token works again after %s (58)', async (_when, seconds) => {
      const { refresh_token } = await service.logIn()
      await next(refresh_token)
      service.context.advanceSeconds(seconds)
      await next(await next(refresh_token))
    })

    it('costs nothing twice in a row, on two generations in a row (58)', async () => {
      let { refresh_token } = await service.logIn()
      for (let generation = 0; generation < 2; generation++) {
        await next(refresh_token)
        service.context.advanceSeconds(600)
        await next(refresh_token)
        service.context.advanceSeconds(600)
        refresh_token = await next(refresh_token)
        service.context.advanceSeconds(600)
      }
      await next(refresh_token)
    })

    it('costs the session after 8 days, and ends the grant (58) (57)', async () => {
      const { refresh_token } = await service.logIn()
      const successor = await next(refresh_token)
      service.context.advanceSeconds(8 * DAY)
      await expectRefused(refresh_token)
      await expectRefused(successor)
      expect(events()).toContain('reuse-found')
    })

    it('costs the session at once where retries are turned off (58)', async () => {
      const strict = withSettings({ refreshRetrySeconds: 0 })
      const { refresh_token } = await strict.logIn()
      const { body } = await strict.refresh(refresh_token)
      expect((await strict.refresh(refresh_token)).status).toBe(400)
      // A moment later it is taken for a late duplicate, so the owner goes on.
      expect((await strict.refresh(String(body['refresh_token']))).status).toBe(200)
    })

    it('is no reason to forget the idle lifetime, which a retry starts anew (58) (61)', async () => {
      const { refresh_token } = await service.logIn()
      await next(refresh_token)
      service.context.advanceSeconds(6 * DAY)
      const successor = await next(refresh_token)
      service.context.advanceSeconds(29 * DAY)
      await next(successor)
    })

    it('is answered again for no longer than the idle lifetime (58) (61)', async () => {
      const brief = withSettings({ grantIdleSeconds: DAY })
      const { refresh_token } = await brief.logIn()
      await brief.refresh(refresh_token)
      for (let hours = 0; hours < 24; hours += 8) {
        expect((await brief.refresh(refresh_token)).status).toBe(200)
        brief.context.advanceSeconds(8 * 3600)
      }
      expect((await brief.refresh(refresh_token)).status).toBe(400)
    })
  })

  describe('the request of a killed client', () => {
    it('that is handled after its follower asked harms nobody before the follower goes on (58)', async () => {
      const { refresh_token } = await service.logIn()
      const followers = await next(refresh_token)
      await next(refresh_token)
      await next(await next(followers))
    })

    it('that is handled after the follower went on is refused, and the follower is not harmed (58)', async () => {
      const { refresh_token } = await service.logIn()
      const followers = await next(refresh_token)
      const current = await next(followers)
      service.context.advanceSeconds(59)
      await expectRefused(refresh_token)
      await next(current)
      expect(events()).not.toContain('reuse-found')
    })
  })

  describe('a thief with a copy of a token', () => {
    const THIEF = 'a sibling of this token was used before it'

    it.each([
      ['5 s', 5],
      ['300 s', 300],
    ])(
      'who is %s ahead of the owner: one of the two is found out, and the grant ends (57)',
      async (_when, s) => {
        const { refresh_token } = await service.logIn()
        const stolen = await next(refresh_token)
        service.context.advanceSeconds(s)
        const owned = await next(refresh_token)
        // Both hold a live token now. Whoever uses theirs second ends the grant for both.
        const goesOn = await next(stolen)
        service.context.advanceSeconds(s)
        await expectRefused(owned)
        await expectRefused(goesOn)
        expect(audit()).toContainEqual(expect.objectContaining({ event: 'reuse-found', reason: THIEF }))
      },
    )

    it.each([
      ['5 s', 5],
      ['300 s', 300],
    ])(
      'who is %s behind the owner: the owner goes on, and the first use of the stolen successor ends the grant (57)',
      async (_when, s) => {
        const { refresh_token } = await service.logIn()
        const owned = await next(refresh_token)
        service.context.advanceSeconds(s)
        const stolen = await next(refresh_token)
        const goesOn = await next(owned)
        await expectRefused(stolen)
        await expectRefused(goesOn)
      },
    )

    it('who comes 5 s after the owner went on gets nothing; 300 s after, the grant ends (57)', async () => {
      const { refresh_token } = await service.logIn()
      let current = await next(await next(refresh_token))
      service.context.advanceSeconds(5)
      await expectRefused(refresh_token)
      current = await next(current)
      service.context.advanceSeconds(295)
      await expectRefused(refresh_token)
      await expectRefused(current)
    })

    it('ends this login and no other of the same person, with its access tokens (57)', async () => {
      const desk = await service.logIn()
      const laptop = await service.logIn()
      const owned = (await either().refresh(desk.refresh_token)).body as unknown as Tokens
      const stolen = await next(desk.refresh_token)
      await next(owned.refresh_token)
      await expectRefused(stolen)
      for (const { access_token } of [desk, owned]) {
        expect((await either().introspect(access_token)).text).toBe('{"active":false}')
      }
      expect((await service.introspect(laptop.access_token)).body['active']).toBe(true)
      await next(laptop.refresh_token)
    })
  })

  describe('a database that was restored from a backup', () => {
    it('refuses what it does not know yet, and ends nothing (60)', async () => {
      const { refresh_token, grantId } = await service.logIn()
      const second = await next(refresh_token)
      const third = await next(second)
      await service.context.store.write((transaction) =>
        transaction
          .updateTable('grants')
          .set({ generation: 0, nonce: null, advanced_at: '[]' })
          .where('id', '=', grantId)
          .execute(),
      )
      await expectRefused(third)
      await expectRefused(second)
      expect(events()).not.toContain('reuse-found')
      expect(events()).toContain('refresh-refused')
      await next(refresh_token)
    })
  })
})
