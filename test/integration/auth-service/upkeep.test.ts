import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startUpkeep } from '../../../server/auth-service/upkeep.js'
import { type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'

const DAY_SECONDS = 86_400
const ROUND_MS = 10 * 60_000

let service: TestAuthService
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  service = await testAuthService()
})
afterEach(async () => {
  vi.useRealTimers()
  await service.close()
})

const roundsDone = () => service.log.filter(({ msg }) => msg === 'expired rows removed').length

/** Lets so many rounds begin and end. */
async function rounds(count: number): Promise<void> {
  const upkeep = startUpkeep(service.context, service.app.log)
  for (let goal = roundsDone() + 1; count > 0; count--, goal++) {
    vi.advanceTimersByTime(ROUND_MS)
    await vi.waitUntil(() => roundsDone() === goal)
  }
  await upkeep.stop()
}

it('a login that ended is forgotten in the end, and its refresh token is refused as before', async () => {
  service.app.log.level = 'debug'
  const { refresh_token: ended, grantId } = await service.logIn()
  await service.post('/revoke', { token: ended, client_id: 'authcli' })
  expect((await service.refresh(ended)).body).toMatchObject({ error: 'invalid_grant' })
  service.context.advanceSeconds(29 * DAY_SECONDS)
  const { refresh_token: alive } = await service.logIn()

  await rounds(2)
  const ids = async () =>
    (await service.context.store.read.selectFrom('grants').select('id').execute()).length
  expect(await ids()).toBe(2)
  service.context.advanceSeconds(DAY_SECONDS)
  // The first walk begins anywhere; the second one at the beginning.
  await rounds(2)
  expect(await ids()).toBe(1)

  expect((await service.refresh(ended)).body).toMatchObject({ error: 'invalid_grant' })
  expect(service.log).toContainEqual(expect.objectContaining({ grantId, reason: 'the grant is gone' }))
  expect((await service.refresh(alive)).status).toBe(200)
})

it('a stop waits for the batch in progress and begins no other round', async () => {
  service.app.log.level = 'debug'
  const upkeep = startUpkeep(service.context, service.app.log)
  vi.advanceTimersByTime(ROUND_MS)
  await upkeep.stop()
  vi.advanceTimersByTime(ROUND_MS)
  expect(roundsDone()).toBe(1)
})
