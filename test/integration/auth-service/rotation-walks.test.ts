import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findGrant } from '../../../server/auth-service/store/grants.js'
import { loadKeyRing } from '../../../server/auth-service/tokens/key-ring.js'
import { DATABASES, type TestDatabase } from '../../support/auth-service/databases.js'
import { type ModelToken, RotationModel } from '../../support/auth-service/rotation-model.js'
import { serve, type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'

const DAY = 86_400
const HOUR = 3_600

/** How many seconds lie between two requests of a walk. Mostly short, or every walk would end after a few steps. */
const PAUSES = [0, 0, 0, 1, 1, 5, 60, 61, 300, HOUR, DAY, 7 * DAY, 8 * DAY]
const WALKS = 12
const STEPS = 30

type Replica = Omit<TestAuthService, 'close'>

interface Token {
  value: string
  model: ModelToken
}

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let service: TestAuthService
  let replicas: Replica[]
  beforeEach(async () => {
    database = await make()
    const store = await database.open()
    service = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
    await restart()
  })
  afterEach(() => database.remove())

  /** Two new processes, as far as they can be had here: what they know is what is in the database. */
  async function restart(): Promise<void> {
    replicas = await Promise.all(
      [1, 2].map(async () => {
        const store = { ...service.context.store, ...(await database.open()) }
        const keys = await loadKeyRing(store, service.context.settings.secret, service.context.now)
        return serve({ ...service.context, store, keys }, service.account)
      }),
    )
  }

  const replica = (index: number) => replicas[index % replicas.length] as Replica

  /** Anybody presents any token that was ever issued, again and again; gives those that were refused. */
  async function walk(seed: number): Promise<{ grantId: string; refused: string[] }> {
    const random = numbersFrom(seed)
    const { refreshRetrySeconds } = service.context.settings
    const model = new RotationModel({ retryMs: refreshRetrySeconds * 1000, lateMs: 60_000 })
    const { refresh_token, grantId } = await replica(0).logIn()
    const tokens: Token[] = [{ value: refresh_token, model: model.login() }]
    const refused: string[] = []
    const path: string[] = []
    for (let step = 0; step < STEPS && model.isAlive; step++) {
      const pause = PAUSES[random(PAUSES.length)] ?? 0
      service.context.advanceSeconds(pause)
      // The newer a token, the more often: a walk is to get somewhere.
      const at = tokens.length - 1 - random(Math.min(tokens.length, 1 + random(4)))
      const token = tokens[at]
      if (token === undefined) throw new Error('there is always one')
      const { verdict, successor } = model.present(token.model, service.context.now())
      path.push(`+${pause} s: token ${at} → ${verdict}`)

      const answer = await replica(random(2)).refresh(token.value)
      const story = `walk ${seed}: ${path.join(', ')}`
      expect(answer.status, story).toBe(verdict === 'successor' ? 200 : 400)
      const grant = await findGrant(service.context.store.read, grantId)
      expect(grant?.revokedAt === null, story).toBe(model.isAlive)
      if (successor) tokens.push({ value: String(answer.body['refresh_token']), model: successor })
      else refused.push(token.value)
    }
    return { grantId, refused }
  }

  it('every walk goes as the table says, and what it refused is refused after a restart, whatever the clock says (58) (60) (V2)', async () => {
    const refused: string[] = []
    for (let seed = 1; seed <= WALKS; seed++) refused.push(...(await walk(seed)).refused)
    expect(refused.length).toBeGreaterThan(WALKS)

    const stopped = service.context.now()
    for (const seconds of [0, -HOUR, -10 * DAY, -stopped / 1000, 10 * DAY]) {
      await restart()
      service.context.clock.now = stopped + seconds * 1000
      for (const [index, token] of refused.entries()) {
        const answer = await replica(index).refresh(token)
        expect(answer.body, `clock moved by ${seconds} s`).toMatchObject({ error: 'invalid_grant' })
      }
    }
  })

  it('neither a clock that is set back nor a longer setting brings back what was refused for its time (60) (61) (V2)', async () => {
    const { settings } = service.context
    const retried = await replica(0).logIn()
    const next = await replica(0).nextRefreshToken(retried.refresh_token)
    service.context.advanceSeconds(settings.refreshRetrySeconds)
    expect((await replica(0).refresh(retried.refresh_token)).status).toBe(400)
    const idle = await replica(0).logIn()
    service.context.advanceSeconds(settings.grantIdleSeconds)
    expect((await replica(1).refresh(idle.refresh_token)).status).toBe(400)
    await restart()

    service.context.advanceSeconds(-settings.grantIdleSeconds - DAY)
    const longer = { refreshRetrySeconds: 100 * DAY, grantIdleSeconds: 100 * DAY }
    const generous = serve({ ...replica(0).context, settings: { ...settings, ...longer } }, service.account)
    for (const each of [generous, replica(1)]) {
      for (const { refresh_token } of [retried, idle]) {
        expect((await each.refresh(refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
      }
    }
    // What was never refused goes on.
    await generous.nextRefreshToken(next)
  })
})

/** The same numbers for the same seed (mulberry32): `random(n)` is below n. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
