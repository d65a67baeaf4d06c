import type { Mutant } from '../mutate.js'

const SERVICE = 'server/auth-service'
const LIFE = `${SERVICE}/tokens/key-life.ts`
const RING = `${SERVICE}/tokens/key-ring.ts`
const ROTATION = `${SERVICE}/tokens/key-rotation.ts`
const UNIT = 'test/unit/server/auth-service/tokens'
const STORE = 'test/integration/auth-service/store/key-rotation.test.ts'

/** The keys with which tokens are made: how they come, stay and go. */
export const keys: readonly Mutant[] = [
  {
    name: 'a new key signs before it was published',
    file: ROTATION,
    find: 'const active_from = now() + PUBLISHED_FIRST_MS',
    replace: 'const active_from = now()',
    tests: [`${UNIT}/key-rotation.test.ts`],
  },
  {
    name: 'a key is published for a moment only before it signs',
    file: LIFE,
    find: 'export const PUBLISHED_FIRST_MS = HOUR_MS',
    replace: 'export const PUBLISHED_FIRST_MS = RELOAD_MS',
    tests: ['test/integration/key-rotation.test.ts'],
  },
  {
    name: 'an old key is gone when its successor signs',
    file: LIFE,
    find: 'now < retired_at + TOKENS_END_MS ?',
    replace: 'now < retired_at ?',
    tests: ['test/integration/key-rotation.test.ts'],
  },
  {
    name: 'a token of a key that is published no more counts',
    file: RING,
    find: 'return found !== undefined && isPublished(found, now()) ? found.key : undefined',
    replace: 'return found?.key',
    tests: [`${UNIT}/key-rotation.test.ts`],
  },
  {
    name: 'every replica makes the next key',
    file: ROTATION,
    find: 'if (before === undefined || !newest.some(({ id }) => id === before.id)) continue',
    replace: 'if (before === undefined) continue',
    tests: [STORE],
  },
  {
    name: 'no key gets a successor by itself',
    file: `${SERVICE}/key-round.ts`,
    find: '{ inUseForMs: keyDays * DAY_MS }',
    replace: '{ inUseForMs: Number.POSITIVE_INFINITY }',
    tests: ['test/integration/auth-service/key-upkeep.test.ts'],
  },
  {
    name: 'a server does not look after its keys',
    file: `${SERVICE}/serve.ts`,
    find: 'const keyUpkeep = startKeyUpkeep(context, app.log, configuration)',
    replace: 'const keyUpkeep = { stop: async () => {} }',
    tests: ['test/integration/auth-service/key-upkeep.test.ts'],
  },
  {
    name: 'a server never finds the keys of another',
    file: `${SERVICE}/key-round.ts`,
    find: 'await keys.reload()\n  const published',
    replace: 'const published',
    tests: ['test/integration/auth-service/key-upkeep.test.ts'],
  },
  {
    name: 'a rotation logs everybody out',
    file: RING,
    find: 'refreshTokenLatestFirst: refreshToken.map(({ key }) => key).reverse()',
    replace: 'refreshTokenLatestFirst: refreshToken.map(({ key }) => key).slice(-1)',
    tests: [`${UNIT}/key-rotation.test.ts`],
  },
  {
    name: 'the key of refresh tokens is forgotten while some are out',
    file: LIFE,
    find: 'return now >= retired_at + TOKENS_END_MS + seconds * 1000',
    replace: 'return now >= retired_at + TOKENS_END_MS',
    tests: [`${UNIT}/key-life.test.ts`],
  },
  {
    name: 'what a leaked key signed goes on counting',
    file: ROTATION,
    find: 'await removeKeys(\n      transaction,\n      before.map(({ id }) => id),\n    )',
    replace: '',
    tests: [STORE],
  },
  {
    name: 'every token of a stranger makes the database be read',
    file: RING,
    find: 'if (Math.abs(now() - readAt) >= LOOK_INTERVAL_MS) {',
    replace: 'if (now() > 0) {',
    tests: [`${UNIT}/key-rotation.test.ts`],
  },
  {
    name: 'a token that comes while the keys are being read is refused',
    file: RING,
    find: 'await looking\n',
    replace: 'if (Math.abs(now() - readAt) >= LOOK_INTERVAL_MS) return\n',
    tests: [`${UNIT}/key-rotation.test.ts`],
  },
  {
    name: 'a token is refused because the database could not be asked a moment ago',
    file: RING,
    find: 'const askedAt = now()',
    replace: 'const askedAt = (readAt = now())',
    tests: [`${UNIT}/key-rotation.test.ts`],
  },
  {
    name: 'keys that were read earlier and came later are kept',
    file: RING,
    find: 'const reading = lastReading.then(read)',
    replace: 'const reading = read()',
    tests: [`${UNIT}/key-rotation.test.ts`],
  },
  {
    name: 'the key of refresh tokens is forgotten while one may come again',
    file: LIFE,
    find: 'grantIdleSeconds + 2 * refreshRetrySeconds',
    replace: 'grantIdleSeconds',
    tests: [`${UNIT}/key-life.test.ts`],
  },
  {
    name: 'a token of a key that is not here yet is refused without a look',
    file: `${SERVICE}/tokens/signed-token.ts`,
    find: 'await keys.lookForNew()',
    replace: '',
    tests: [`${UNIT}/signed-token.test.ts`],
  },
  {
    name: 'a refresh token of a key that is not here yet is refused without a look',
    file: `${SERVICE}/tokens/refresh-token.ts`,
    find: 'await keys.lookForNew()',
    replace: '',
    tests: [`${UNIT}/key-rotation.test.ts`],
  },
]
