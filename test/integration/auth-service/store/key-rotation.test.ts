import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listKeys } from '../../../../server/auth-service/store/keys.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import type { KeyRing } from '../../../../server/auth-service/tokens/key-ring.js'
import {
  publishNextKeys,
  removeSpentKeys,
  replaceLeakedKeys,
} from '../../../../server/auth-service/tokens/key-rotation.js'
import {
  createGrantId,
  createRefreshToken,
  readRefreshToken,
} from '../../../../server/auth-service/tokens/refresh-token.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { loadTestKeys } from '../../../support/auth-service/test-keys.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LIFETIMES = {
  grantIdleSeconds: 30 * 86_400,
  grantAbsoluteSeconds: 60 * 86_400,
  refreshRetrySeconds: 7 * 86_400,
}
const KINDS = ['ES256', 'HS256', 'RS256']
const secret = randomBytes(32)

describe.each(DATABASES)('keys on $name', ({ make }) => {
  let database: TestDatabase
  let store: Store
  let clock: number
  let keys: KeyRing
  beforeEach(async () => {
    clock = 1_000 * DAY
    database = await make()
    store = await database.open()
    keys = await loadTestKeys(store, secret, now)
  })
  afterEach(() => database.remove())

  const now = () => clock
  const kids = () => keys.jwks().keys.map(({ kid }) => kid)
  const refreshToken = () => createRefreshToken(keys, { grantId: createGrantId(Date.now()), generation: 1 })

  async function publish(): Promise<void> {
    await publishNextKeys({ store, secret, now }, { inUseForMs: 0 })
    await keys.reload()
  }

  test('get one successor each, however many replicas find that it is time (52)', async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => database.open()))
    const published = await Promise.all(
      replicas.map((replica) => publishNextKeys({ store: replica, secret, now }, { inUseForMs: 0 })),
    )
    expect(
      published
        .flat()
        .map(({ alg }) => alg)
        .sort(),
    ).toEqual(KINDS)
    expect(await listKeys(store.read)).toHaveLength(6)
  })

  test('are forgotten when nobody can have a use for them, and never while they are in use', async () => {
    const spent = () => removeSpentKeys(store, LIFETIMES, clock)
    await publish()
    clock += HOUR + 25 * HOUR + 44 * DAY - 1
    expect(await spent()).toEqual([])
    clock += 1
    expect((await spent()).map(({ alg }) => alg)).toEqual(['HS256'])
    clock += 16 * DAY
    expect((await spent()).map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256'])
    clock += 10_000 * DAY
    expect(await spent()).toEqual([])
    expect((await listKeys(store.read)).map(({ alg }) => alg).sort()).toEqual(KINDS)
  })

  test('that have leaked count no more at once, nor does what they signed (52)', async () => {
    await publish()
    const before = { kids: kids(), kid: keys.signingKey('ES256').kid, refreshToken: refreshToken() }
    const { made } = await replaceLeakedKeys({ store, secret, now })
    await keys.reload()
    expect(made.map(({ id }) => id)).toEqual(expect.arrayContaining(kids()))
    for (const kid of before.kids) expect(kids()).not.toContain(kid)
    expect(keys.verificationKey(before.kid)).toBeUndefined()
    expect(keys.hintKey(before.kid)).toBeUndefined()
    expect(await readRefreshToken(keys, before.refreshToken)).toBeUndefined()
  })
})
