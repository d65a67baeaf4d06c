import { beforeAll, beforeEach, expect, it } from 'vitest'
import {
  type AuthService,
  AuthServiceUnavailable,
} from '../../../../../server/backend-api/bearer-auth/auth-service.js'
import { createKeySet, type KeySet } from '../../../../../server/backend-api/bearer-auth/key-set.js'
import { makeSigner, type Signer } from '../../../../support/backend-api/signer.js'
import { silentLog } from '../../../../support/backend-api/silent-log.js'

let first: Signer
let second: Signer
beforeAll(async () => {
  first = await makeSigner('ES256', 'first')
  second = await makeSigner('ES256', 'second')
})

let now: number
let published: Signer[]
let isAway: boolean
let fetches: number
let keySet: KeySet
beforeEach(() => {
  now = 1_000_000_000
  published = [first]
  isAway = false
  fetches = 0
  const authService: AuthService = {
    metadata: async () => ({ jwksUri: new URL('https://as.example/jwks'), introspectionEndpoint: undefined }),
    forgetMetadata: () => undefined,
    async fetchJson() {
      fetches += 1
      if (isAway) throw new AuthServiceUnavailable('away')
      return { keys: published.map(({ publicJwk }) => publicJwk) }
    },
  }
  keySet = createKeySet({ authService, now: () => now, log: silentLog }, { maxStaleSeconds: 3_600 })
})

/** Lets what was begun beside a request come to its end. */
async function settle(): Promise<void> {
  await keySet.ready()
}

it('fetches nothing before it is asked', () => {
  expect(fetches).toBe(0)
})

it('answers a known key at once', async () => {
  const key = await keySet.find('ES256', 'first')
  expect(keySet.find('ES256', 'first')).toBe(key)
  expect(fetches).toBe(1)
})

it('fetches once for all who ask at the same time', async () => {
  await Promise.all(Array.from({ length: 100 }, () => keySet.find('ES256', 'first')))
  expect(fetches).toBe(1)
})

it('knows a key by its id and its algorithm (92)', async () => {
  await keySet.find('ES256', 'first')
  await expect(keySet.find('RS256', 'first')).rejects.toThrow('unknown key')
})

it('fetches again for an unknown key, and finds one that is new (52)', async () => {
  await keySet.find('ES256', 'first')
  published = [first, second]
  now += 10_000
  expect(await keySet.find('ES256', 'second')).toMatchObject({ id: 'ES256 second' })
  expect(fetches).toBe(2)
})

it('fetches twice in 10 s for 10,000 unknown keys, and refuses the tokens (95)', async () => {
  await keySet.find('ES256', 'first')
  now += 60_000
  fetches = 0
  for (let index = 0; index < 10_000; index += 1) {
    const refusal = await Promise.resolve(keySet.find('ES256', `unknown-${index}`)).catch(
      (error) => error.code,
    )
    if (refusal !== 'invalid_token') throw new Error(`an unknown key was answered with ${refusal}`)
    now += 1
  }
  expect(fetches).toBeLessThanOrEqual(2)
})

it('still answers known keys at once while it fetches for unknown ones (95)', async () => {
  const key = await keySet.find('ES256', 'first')
  now += 60_000
  const unknown = keySet.find('ES256', 'unknown')
  expect(keySet.find('ES256', 'first')).toBe(key)
  await expect(unknown).rejects.toThrow('unknown key')
})

it('says of an unknown key that nobody can tell, while the AuthService is away (95)', async () => {
  await keySet.find('ES256', 'first')
  isAway = true
  now += 60_000
  await expect(keySet.find('ES256', 'unknown')).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  now += 5_000
  fetches = 0
  await expect(keySet.find('ES256', 'unknown')).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  expect(fetches).toBe(0)
})

it('works on with known keys for the stated time while the AuthService is away, and then no more (95)', async () => {
  const key = await keySet.find('ES256', 'first')
  isAway = true
  now += 3_600_000
  expect(keySet.find('ES256', 'first')).toBe(key)
  expect(keySet.trusts(key)).toBe(true)
  await settle()
  now += 1_000
  expect(keySet.trusts(key)).toBe(false)
  await expect(keySet.find('ES256', 'first')).rejects.toMatchObject({ code: 'temporarily_unavailable' })
})

it('is there again as soon as the AuthService is', async () => {
  isAway = true
  await expect(keySet.ready()).rejects.toMatchObject({
    code: 'temporarily_unavailable',
    retryAfterSeconds: 1,
  })
  isAway = false
  await expect(keySet.ready()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  now += 1_000
  await keySet.ready()
  expect(fetches).toBe(2)
})

it('fetches beside the requests after 5 minutes, and drops a key that was withdrawn (52)', async () => {
  const key = await keySet.find('ES256', 'first')
  published = [second]
  now += 300_000
  expect(keySet.trusts(key)).toBe(true)
  await expect(keySet.find('ES256', 'unknown')).rejects.toThrow('unknown key')
  expect(keySet.trusts(key)).toBe(false)
  expect(fetches).toBe(2)
})

it('keeps a key that is still published after a rotation (52)', async () => {
  const key = await keySet.find('ES256', 'first')
  published = [second, first]
  now += 300_000
  keySet.trusts(key)
  await keySet.find('ES256', 'second')
  expect(keySet.trusts(key)).toBe(true)
})

it('ends the trust in a key whose name another key has taken', async () => {
  const key = await keySet.find('ES256', 'first')
  published = [await makeSigner('ES256', 'first')]
  now += 300_000
  keySet.trusts(key)
  await expect(keySet.find('ES256', 'unknown')).rejects.toThrow('unknown key')
  expect(keySet.trusts(key)).toBe(false)
})

it('fetches anew when the clock was turned back', async () => {
  const key = await keySet.find('ES256', 'first')
  now -= 86_400_000
  expect(keySet.trusts(key)).toBe(false)
  await keySet.ready()
  expect(fetches).toBe(2)
})
