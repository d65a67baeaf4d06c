import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readServerConfiguration } from '../../../server/auth-service/configuration.js'
import type { Settings } from '../../../server/auth-service/settings.js'
import { DATABASES, type TestDatabase } from '../../support/auth-service/databases.js'
import { serve, type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'

const DAY = 86_400

/** What an operator gets who sets nothing but what is set here. */
function settingsOf(env: Record<string, string>): Partial<Settings> {
  const { settings } = readServerConfiguration({
    flags: {},
    env: { AUTH_SERVICE_SECRET: Buffer.alloc(32).toString('base64'), AUTH_SERVICE_DATABASE: '/x', ...env },
    homeDirectory: '/nonexistent',
  })
  const { refreshRetrySeconds, grantIdleSeconds, grantAbsoluteSeconds } = settings
  return { refreshRetrySeconds, grantIdleSeconds, grantAbsoluteSeconds }
}

const CASES = [
  { name: 'by default', env: {}, idle: 30 * DAY, absolute: 365 * DAY },
  {
    name: 'as an operator sets it',
    env: { AUTH_SERVICE_IDLE_SECONDS: '3600', AUTH_SERVICE_ABSOLUTE_SECONDS: '7200' },
    idle: 3_600,
    absolute: 7_200,
  },
]

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let base: TestAuthService
  beforeAll(async () => {
    database = await make()
    const store = await database.open()
    base = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
  })
  afterAll(() => database.remove())

  describe.each(CASES)('a login, $name,', ({ env, idle, absolute }) => {
    const open = () => {
      const { context, account } = base
      return serve({ ...context, settings: { ...context.settings, ...settingsOf(env) } }, account)
    }
    const advance = (seconds: number) => base.context.advanceSeconds(seconds)

    it('goes on until the last second of its idle lifetime, which every use starts anew (61)', async () => {
      const service = open()
      let { refresh_token } = await service.logIn()
      advance(idle - 1)
      refresh_token = await service.nextRefreshToken(refresh_token)
      advance(idle - 1)
      refresh_token = await service.nextRefreshToken(refresh_token)
      advance(idle)
      expect((await service.refresh(refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    })

    it('ends at its absolute lifetime, however much it is used, and not a second before (61)', async () => {
      const service = open()
      let { refresh_token } = await service.logIn()
      let age = 0
      while (age + idle - 1 < absolute - 1) {
        age += idle - 1
        advance(idle - 1)
        refresh_token = await service.nextRefreshToken(refresh_token)
      }
      advance(absolute - 1 - age)
      refresh_token = await service.nextRefreshToken(refresh_token)
      advance(1)
      expect((await service.refresh(refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    })

    it('is used by a retry, too: its successor has a whole idle lifetime (61) (58)', async () => {
      const service = open()
      const { refresh_token } = await service.logIn()
      await service.nextRefreshToken(refresh_token)
      advance(Math.floor(idle / 10))
      const retried = await service.nextRefreshToken(refresh_token)
      advance(idle - 1)
      await service.nextRefreshToken(retried)
    })

    it('gets no longer life from a token that is used again (61) (58)', async () => {
      const service = open()
      const { refresh_token } = await service.logIn()
      const successor = await service.nextRefreshToken(refresh_token)
      const { grantAbsoluteSeconds = 0, refreshRetrySeconds = 0 } = settingsOf(env)
      expect(refreshRetrySeconds).toBeLessThanOrEqual(idle)
      advance(refreshRetrySeconds)
      expect((await service.refresh(refresh_token)).status).toBe(400)
      advance(grantAbsoluteSeconds)
      expect((await service.refresh(successor)).status).toBe(400)
    })
  })
})
