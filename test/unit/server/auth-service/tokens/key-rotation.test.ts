import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type KeyRow, listKeys } from '../../../../../server/auth-service/store/keys.js'
import { type KeyRing, loadKeyRing } from '../../../../../server/auth-service/tokens/key-ring.js'
import { publishNextKeys, replaceLeakedKeys } from '../../../../../server/auth-service/tokens/key-rotation.js'
import {
  createGrantId,
  createRefreshToken,
  readRefreshToken,
} from '../../../../../server/auth-service/tokens/refresh-token.js'
import { loadTestKeys } from '../../../../support/auth-service/test-keys.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const KINDS = ['ES256', 'HS256', 'RS256']
const secret = randomBytes(32)

describe('the keys', () => {
  let store: TestStore
  let clock: number
  let keys: KeyRing
  beforeEach(async () => {
    clock = 1_000 * DAY
    store = await openTestStore()
    keys = await loadTestKeys(store, secret, now)
  })
  afterEach(() => store.remove())

  const now = () => clock
  const kids = () => keys.jwks().keys.map(({ kid }) => kid)
  const refreshToken = () => createRefreshToken(keys, { grantId: createGrantId(Date.now()), generation: 1 })

  async function publish(inUseForMs = 0): Promise<KeyRow[]> {
    const published = await publishNextKeys({ store, secret, now }, { inUseForMs })
    await keys.reload()
    return published
  }

  test('are published an hour before they sign, and the old ones for 25 hours after (52)', async () => {
    const old = { ES256: keys.signingKey('ES256').kid, RS256: keys.signingKey('RS256').kid }
    const published = await publish()
    expect(published.map(({ alg }) => alg).sort()).toEqual(KINDS)
    for (const alg of ['ES256', 'RS256'] as const) {
      const next = published.find((key) => key.alg === alg)?.id ?? ''
      clock = 1_000 * DAY
      expect(keys.signingKey(alg).kid).toBe(old[alg])
      expect(kids()).toEqual(expect.arrayContaining([next, old[alg]]))
      clock += HOUR - 1
      expect(keys.signingKey(alg).kid).toBe(old[alg])
      clock += 1
      expect(keys.signingKey(alg).kid).toBe(next)
      clock += 25 * HOUR - 1
      expect(kids()).toEqual(expect.arrayContaining([next, old[alg]]))
      expect(keys.verificationKey(old[alg])).toBeDefined()
      clock += 1
      expect(kids()).not.toContain(old[alg])
      expect(keys.verificationKey(old[alg])).toBeUndefined()
      expect(keys.hintKey(old[alg])).toBeDefined()
    }
  })

  test('leave every refresh token good that was made before or after (52)', async () => {
    const before = refreshToken()
    await publish()
    clock += HOUR
    const after = refreshToken()
    await publish()
    for (const token of [before, after]) expect(await readRefreshToken(keys, token)).toBeDefined()
    expect(
      await readRefreshToken({ ...keys, refreshTokenKeys: [keys.refreshTokenKey] }, before),
    ).toBeUndefined()
    expect(await readRefreshToken({ ...keys, refreshTokenKeys: [keys.refreshTokenKey] }, after)).toBeDefined()
  })

  test('get no successor while the last one has not begun to sign', async () => {
    await publish()
    expect(await publish()).toEqual([])
    clock += HOUR - 1
    expect(await publish()).toEqual([])
    clock += 1
    expect(await publish()).toHaveLength(3)
    expect(await listKeys(store.read)).toHaveLength(9)
  })

  test('get a successor by themselves, so early that each is in use for as many days as were asked for (52)', async () => {
    clock += 90 * DAY - HOUR - 1
    expect(await publish(90 * DAY)).toEqual([])
    clock += 1
    expect(await publish(90 * DAY)).toHaveLength(3)
    const lives = (await listKeys(store.read)).filter(({ retired_at }) => retired_at !== null)
    expect(lives).toHaveLength(3)
    for (const key of lives) expect(Number(key.retired_at) - key.active_from).toBe(90 * DAY)
  })

  describe('of another replica', () => {
    let token: string
    beforeEach(async () => {
      await replaceLeakedKeys({ store, secret, now })
      const others = await loadKeyRing(store, secret, now)
      token = createRefreshToken(others, { grantId: createGrantId(Date.now()), generation: 1 })
    })

    test('are looked for because of a token that they made, at most once a second (95)', async () => {
      clock += 999
      expect(await readRefreshToken(keys, token)).toBeUndefined()
      clock += 1
      expect(await readRefreshToken(keys, token)).toMatchObject({ generation: 1 })
    })

    test('are found once for all their tokens that come meanwhile', async () => {
      clock += 1_000
      const read = vi.spyOn(store.read, 'selectFrom')
      const tokens = await Promise.all(Array.from({ length: 5 }, () => readRefreshToken(keys, token)))
      expect(tokens.map((each) => each?.generation)).toEqual([1, 1, 1, 1, 1])
      expect(read).toHaveBeenCalledTimes(1)
    })

    test('that can’t be looked for make no token bad', async () => {
      clock += 1_000
      const away = new Error('the database is away')
      const fails = vi.spyOn(store.read, 'selectFrom').mockImplementation(() => {
        throw away
      })
      for (let time = 0; time < 2; time += 1) {
        const tokens = await Promise.allSettled([1, 2, 3].map(() => readRefreshToken(keys, token)))
        expect(tokens).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason: away })))
      }
      fails.mockRestore()
      expect(await readRefreshToken(keys, token)).toMatchObject({ generation: 1 })
    })

    test('are kept, though what was read before them comes late', async () => {
      let slow: Promise<void> | undefined
      const read = store.read.withPlugin({
        transformQuery: ({ node }) => node,
        async transformResult({ result }) {
          const waitsFor = slow
          slow = undefined
          await waitsFor
          return result
        },
      })
      const slowly = await loadKeyRing({ ...store, read }, secret, now)
      let goOn = () => {}
      slow = new Promise((resolve) => {
        goOn = resolve
      })
      const first = slowly.reload()
      await vi.waitUntil(() => slow === undefined)
      const { made } = await replaceLeakedKeys({ store, secret, now })
      const second = slowly.reload()
      setImmediate(goOn)
      await Promise.all([first, second])
      expect(made.map(({ id }) => id)).toContain(slowly.signingKey('ES256').kid)
    })
  })
})
