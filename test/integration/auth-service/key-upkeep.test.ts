import { afterEach, beforeEach, expect, test } from 'vitest'
import { lookAfterKeys } from '../../../server/auth-service/key-round.js'
import { verifyIdTokenHint } from '../../../server/auth-service/tokens/id-token.js'
import { startServer } from '../../support/auth-service/command-line.js'
import { type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'

const DAY_SECONDS = 86_400

let service: TestAuthService
beforeEach(async () => {
  service = await testAuthService()
})
afterEach(() => service.close())

/** One of the rounds that a server makes every minute; gives its audit lines. */
async function lookAfter(keyDays = 90): Promise<unknown[]> {
  const lines: unknown[] = []
  await lookAfterKeys(service.context, { info: (fields: unknown) => void lines.push(fields) }, { keyDays })
  return lines
}

const kids = async () => (await service.get('/jwks')).body['keys']

test('a server publishes the next keys when it is time, and writes down which (52)', async () => {
  expect(await lookAfter()).toEqual([])
  service.context.advanceSeconds(90 * DAY_SECONDS - 3_600)
  const lines = await lookAfter()
  expect(lines).toEqual(Array(3).fill({ event: 'key-published', keyId: expect.any(String) }))
  expect(await kids()).toHaveLength(4)
  expect(await lookAfter()).toEqual([])
})

test('a server takes over what another one has published (52)', async () => {
  const { context } = service
  const keys = { ...context.keys, reload: async () => undefined }
  context.advanceSeconds(90 * DAY_SECONDS)
  await lookAfterKeys({ ...context, keys }, { info: () => undefined }, { keyDays: 90 })
  expect(await kids()).toHaveLength(2)
  expect(await lookAfter()).toEqual([])
  expect(await kids()).toHaveLength(4)
})

test('an ID token of a key that is long gone from the key set still tells who is meant', async () => {
  const { id_token } = await service.logIn()
  const { context } = service
  for (const days of [90, 90, 90]) {
    context.advanceSeconds(days * DAY_SECONDS)
    await lookAfter()
  }
  expect(JSON.stringify(await kids())).not.toContain(kidOf(id_token))
  expect(await verifyIdTokenHint(context, id_token)).toEqual({ sub: service.account.id, clientId: 'authcli' })
})

test('a running server looks at once, and stops in an orderly way (52)', async () => {
  const { store, settings } = service.context
  // The clock of this test's service is behind; its keys are old by the real one.
  await store.write((transaction) => transaction.updateTable('keys').set({ active_from: 1 }).execute())
  const server = startServer(['--database', store.path, '--port', '0', '--key-days', '1'], {
    env: {
      AUTH_SERVICE_SECRET: Buffer.from(settings.secret).toString('base64'),
      AUTH_SERVICE_LOG_LEVEL: 'info',
    },
  })
  // It says where it listens to a person only.
  server.listening.catch(() => undefined)
  await expect.poll(() => server.output.stdout, { timeout: 20_000 }).toMatch(/"event":"key-published"/)
  expect(await server.stop()).toBe(0)
})

function kidOf(token: string): string {
  const [header = ''] = token.split('.')
  return String(JSON.parse(Buffer.from(header, 'base64url').toString()).kid)
}
