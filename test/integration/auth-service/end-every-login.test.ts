import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issueCode } from '../../support/auth-service/codes.js'
import { runCommand } from '../../support/auth-service/command-line.js'
import { DATABASES, type TestDatabase } from '../../support/auth-service/databases.js'
import {
  codeRequest,
  serve,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let service: TestAuthService
  let replica: Omit<TestAuthService, 'close'>
  beforeEach(async () => {
    database = await make()
    const store = await database.open()
    service = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
    const second = { ...service.context.store, ...(await database.open()) }
    replica = serve({ ...service.context, store: second }, service.account)
  })
  afterEach(() => database.remove())

  async function operate(...argv: string[]): Promise<string> {
    const { location } = database
    const { code, stdout, stderr } = await runCommand(argv, {
      env: 'url' in location ? { DATABASE_URL: location.url } : { AUTH_SERVICE_DATABASE: location.path },
      input: 'another horse battery',
    })
    if (code !== 0) throw new Error(stderr)
    return stdout
  }

  it.each([
    ['disabled', ['accounts', 'disable', 'ada'], 'ada is disabled'],
    ['given another password', ['accounts', 'set-password', 'ada'], 'ada has a new password'],
    ['signed out everywhere', ['accounts', 'sign-out', 'ada'], 'ada is signed out everywhere'],
  ])(
    'every login of somebody who is %s ends at every replica at once, and nobody else’s (62)',
    async (_what, argv, said) => {
      const other = await service.context.addAccount({ username: 'grace' })
      const spectator = await service.logIn({ account_id: other.id })
      const desk = await service.logIn()
      const deskNext = (await service.refresh(desk.refresh_token)).body
      const laptop = await replica.logIn()
      const underway = await issueCode(service.context, { account_id: service.account.id })

      expect(await operate(...argv)).toBe(`${said}; logins ended: 2\n`)

      for (const each of [service, replica]) {
        // What was lost in between is no way back in: neither the predecessor nor a successor.
        for (const token of [desk.refresh_token, deskNext['refresh_token'], laptop.refresh_token]) {
          const answer = await each.refresh(String(token))
          expect(answer.status).toBe(400)
          expect(answer.body).toMatchObject({ error: 'invalid_grant' })
          expect((await each.introspect(String(token))).text).toBe('{"active":false}')
        }
        for (const token of [desk.access_token, deskNext['access_token'], laptop.access_token]) {
          expect((await each.introspect(String(token))).text).toBe('{"active":false}')
        }
        const redeemed = await each.post('/token', codeRequest(underway.code))
        expect(redeemed.body).toMatchObject({ error: 'invalid_grant' })
        expect((await each.introspect(spectator.access_token)).body['active']).toBe(true)
      }
      expect((await replica.refresh(spectator.refresh_token)).status).toBe(200)
    },
  )

  it('somebody who was signed out everywhere logs in again with the same password (62)', async () => {
    const before = await service.logIn()
    await operate('accounts', 'sign-out', 'ada')
    service.context.advanceSeconds(1)
    const { access_token, refresh_token } = await replica.logIn()
    expect((await service.introspect(access_token)).body['active']).toBe(true)
    expect((await service.refresh(refresh_token)).status).toBe(200)
    expect((await service.refresh(before.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    expect(await operate('accounts', 'sign-out', 'ada')).toContain('logins ended: 1\n')
    expect(await operate('accounts', 'sign-out', 'ada')).toContain('logins ended: 0\n')
  })
})
