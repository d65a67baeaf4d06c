import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endSession } from '../../../src/session/end-session.js'
import { revokeRefreshToken } from '../../../src/session/revocation.js'
import { type AuthServiceDouble, startAuthServiceDouble } from '../../support/cli/auth-service-double.js'
import { createTestHttp } from '../../support/cli/test-http.js'
import { createMemoryStore } from '../../support/session/memory-store.js'
import { createTestLock } from '../../support/session/test-lock.js'
import { testSession } from '../../support/session/test-session.js'

let authService: AuthServiceDouble
beforeAll(async () => {
  authService = await startAuthServiceDouble()
})
afterAll(() => authService.stop())
beforeEach(() => authService.forget())

const http = createTestHttp({ timeoutMs: 2000 })

function setUp(session = testSession({ issuer: authService.issuer })) {
  return { store: createMemoryStore(session), lock: createTestLock(), http }
}

describe('endSession', () => {
  it('removes the session under its lock, and then revokes its grant', async () => {
    const dependencies = setUp()
    const { ended, revocation } = await endSession(dependencies)
    expect(ended).toMatchObject({ refreshToken: 'refresh-token-0' })
    expect(revocation).toBe('revoked')
    expect(dependencies.store.stored).toEqual({ state: 'missing' })
    expect(dependencies.lock.held).toEqual(['memory', 'lock-id-of-the-session'])
    expect(authService.revocationRequests.map((body) => Object.fromEntries(body))).toEqual([
      { token: 'refresh-token-0', token_type_hint: 'refresh_token', client_id: 'authcli' },
    ])
  })

  it('revokes what somebody refreshed while it waited for the lock', async () => {
    const dependencies = setUp()
    dependencies.lock.beforeJob = () => {
      const session = testSession({ issuer: authService.issuer, refreshToken: 'refreshed-meanwhile' })
      dependencies.store.stored = { state: 'present', session }
    }
    expect(await endSession(dependencies)).toMatchObject({ ended: { refreshToken: 'refreshed-meanwhile' } })
  })

  it('ends the session here when the AuthService is away, and says so', async () => {
    const dependencies = setUp(testSession({ issuer: 'http://127.0.0.1:1' }))
    expect(await endSession(dependencies)).toMatchObject({ revocation: 'unreachable' })
    expect(dependencies.store.stored).toEqual({ state: 'missing' })
  })

  it('has nothing to do where there is no session', async () => {
    const dependencies = { ...setUp(), store: createMemoryStore() }
    expect(await endSession(dependencies)).toEqual({ ended: undefined, revocation: 'nothing-to-revoke' })
    expect(dependencies.store.calls).not.toContain('remove')
  })

  it('has nothing to revoke without a refresh token', async () => {
    const { refreshToken: _, ...session } = testSession({ issuer: authService.issuer })
    const dependencies = setUp(session)
    expect(await endSession(dependencies)).toMatchObject({ revocation: 'nothing-to-revoke' })
    expect(dependencies.store.stored).toEqual({ state: 'missing' })
  })

  it('sets aside what can not be read', async () => {
    const dependencies = setUp()
    dependencies.store.stored = { state: 'unreadable', reason: 'it is cut' }
    expect(await endSession(dependencies)).toEqual({
      ended: undefined,
      setAside: { from: 'the memory', reason: 'it is cut', place: 'the memory (set aside)' },
      revocation: 'nothing-to-revoke',
    })
    expect(dependencies.store.stored).toEqual({ state: 'missing' })
    expect(dependencies.store.calls).not.toContain('remove')
  })

  it('leaves the session of a newer authcli alone', async () => {
    const dependencies = setUp()
    dependencies.store.stored = { state: 'newer', version: 2 }
    await expect(endSession(dependencies)).rejects.toMatchObject({ code: 'STORE_NEWER' })
    expect(dependencies.store.calls).not.toContain('remove')
  })
})

describe('revokeRefreshToken', () => {
  const revoke = () =>
    revokeRefreshToken(
      { http },
      { issuer: authService.issuer, clientId: 'authcli', refreshToken: 'refresh-token-0' },
    )

  it('says when the AuthService offers no revocation', async () => {
    authService.lies.metadata = { revocation_endpoint: undefined }
    expect(await revoke()).toBe('not-offered')
  })

  it.each([
    [503, 'unreachable'],
    [429, 'unreachable'],
    [400, 'refused'],
    [401, 'refused'],
  ])('calls an answer of %d %s', async (status, outcome) => {
    authService.lies.revocation = (response) => void response.writeHead(status).end()
    expect(await revoke()).toBe(outcome)
  })

  it('calls metadata that speak for another issuer a refusal, and sends nothing there', async () => {
    authService.lies.metadata = { issuer: 'https://evil.example.com' }
    expect(await revoke()).toBe('refused')
    expect(authService.revocationRequests).toEqual([])
  })
})
