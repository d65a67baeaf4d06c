import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { isDatabaseUnavailable } from '../../../../server/auth-service/store/database-unavailable.js'
import { findGrant } from '../../../../server/auth-service/store/grants.js'
import { openPostgresStore } from '../../../../server/auth-service/store/postgres-store.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { countFailure, findThrottle } from '../../../../server/auth-service/store/throttles.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { runCommand } from '../../../support/auth-service/command-line.js'
import { POSTGRES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { makeOlder } from '../../../support/auth-service/older-schema.js'
import { createPageBrowser } from '../../../support/auth-service/page-browser.js'
import {
  refreshRequest,
  serve,
  type TestAuthService,
  testAuthService,
} from '../../../support/auth-service/test-auth-service.js'
import { type CuttableRelay, startRelay } from '../../../support/cuttable-relay.js'

const LIMITS = { connections: 3, connectTimeoutMs: 500, statementTimeoutMs: 600, answerTimeoutMs: 700 }
const CHANGE = { mayUpgrade: true, now: Date.now }
const POLICY = { limit: 1000, windowMs: 1000, blockMs: 1000 }

let database: TestDatabase
let direct: URL
let relay: CuttableRelay
let store: Store
let service: TestAuthService
beforeEach(async () => {
  database = await POSTGRES.make()
  direct = new URL('url' in database.location ? database.location.url : '')
  relay = await startRelay(Number(direct.port))
  const relayed = new URL(direct)
  relayed.host = `127.0.0.1:${relay.port}`
  store = await openPostgresStore(pg, relayed.href, CHANGE, LIMITS)
  service = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
})
afterEach(async () => {
  await service.close()
  await relay.close()
  await database.remove()
})

const unavailable = {
  status: 503,
  headers: expect.objectContaining({ 'retry-after': '5', 'cache-control': 'no-store' }),
  body: { error: 'temporarily_unavailable', error_description: expect.any(String) },
}

test('while the database is down requests are told to come back, and when it is back all is as before', async () => {
  const { refresh_token, access_token } = await service.logIn()
  await relay.cut()
  expect(await service.refresh(refresh_token)).toMatchObject(unavailable)
  expect(await service.introspect(access_token)).toMatchObject(unavailable)
  expect((await service.get('/readyz')).status).toBe(503)
  expect((await service.get('/healthz')).status).toBe(200)
  const browser = createPageBrowser(service.app, service.context.settings.issuer)
  expect(await browser.open(authorizationPath())).toMatchObject({
    status: 503,
    title: expect.stringMatching(/^We’ll be back in a moment/),
  })
  await relay.mend()
  expect((await service.get('/readyz')).status).toBe(200)
  expect((await service.refresh(refresh_token)).status).toBe(200)
})

test('a server that hangs is given up in time, and so are its connections', async () => {
  const { refresh_token } = await service.logIn()
  relay.hang()
  const answers = await Promise.all(Array.from({ length: 8 }, () => service.refresh(refresh_token)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
  await relay.mend()
  expect((await service.refresh(refresh_token)).status).toBe(200)
})

test('a refresh whose COMMIT was not answered can be tried again with the same token (59, V2)', async () => {
  const { refresh_token, grantId } = await service.logIn()
  relay.loseAnswerTo('commit')
  expect(await service.refresh(refresh_token)).toMatchObject(unavailable)
  expect(await findGrant(store.read, grantId)).toMatchObject({ generation: 1 })
  const next = await service.nextRefreshToken(refresh_token)
  expect((await service.refresh(next)).status).toBe(200)
})

test('connections that the server ends are replaced', async () => {
  const { refresh_token } = await service.logIn()
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    new URL('url' in database.location ? database.location.url : '').pathname.slice(1),
  ])
  await admin.end()
  const first = await service.refresh(refresh_token)
  expect([200, 503]).toContain(first.status)
  expect((await service.refresh(refresh_token)).status).toBe(200)
})

test('a hundred requests share the few connections that there are', async () => {
  const { refresh_token } = await service.logIn()
  const patient = { ...service.context.store, ...(await database.open()) }
  const { post } = serve({ ...service.context, store: patient }, service.account)
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => post('/token', refreshRequest(refresh_token))),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

test('who gets no connection in time is told to come back, and nobody is told that something was done', async () => {
  const { refresh_token, grantId } = await service.logIn()
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const holders = Array.from({ length: LIMITS.connections }, () => store.write(() => released))
  expect(await service.refresh(refresh_token)).toMatchObject(unavailable)
  release()
  await Promise.allSettled(holders)
  expect(await findGrant(store.read, grantId)).toMatchObject({ generation: 0 })
  expect((await service.refresh(refresh_token)).status).toBe(200)
})

test('a write that hangs in its middle loses its locks to the others', async () => {
  const other = await database.open()
  const count = (key: string) => (transaction: Parameters<Parameters<Store['write']>[0]>[0]) =>
    countFailure(transaction, key, POLICY, 1)
  let [begun, release] = [() => {}, () => {}]
  const holdsLock = new Promise<void>((resolve) => {
    begun = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const hanging = store.write(async (transaction) => {
    await count('k')(transaction)
    begun()
    await released
    await count('k')(transaction)
  })
  const failed = expect(hanging).rejects.toSatisfy(isDatabaseUnavailable)
  await holdsLock
  await other.write(count('k'))
  release()
  await failed
  expect(await findThrottle(other.read, 'k')).toMatchObject({ failures: 1 })
})

test('a replica that starts waits for as long as another one migrates', async () => {
  const migrating = new pg.Client({ connectionString: direct.href })
  await migrating.connect()
  // The lock of `migrate`, for longer than any limit.
  await migrating.query(`begin; select pg_advisory_xact_lock(${0x61757468})`)
  const opened = openPostgresStore(pg, direct.href, CHANGE, LIMITS)
  await migrating.query(`select pg_sleep(${(LIMITS.answerTimeoutMs + 100) / 1000})`)
  await migrating.end()
  await (await opened).close()
})

test('an upgrade that waits for a table which is read for long lets everybody else go on', async () => {
  const older = await POSTGRES.makeEmpty()
  const url = 'url' in older.location ? older.location.url : ''
  const before = await older.open()
  await makeOlder(before)
  const readingForLong = new pg.Client({ connectionString: url })
  await readingForLong.connect()
  await readingForLong.query('begin; select from authorization_codes')
  let isUpgraded = false
  const upgrade = openPostgresStore(pg, url, CHANGE).then(async (store) => {
    isUpgraded = true
    await store.close()
  })
  const waitsForTable = sql<{ waits: boolean }>`select exists (
    select from pg_locks where not granted and relation = 'authorization_codes'::regclass
  ) as waits`
  await vi.waitUntil(async () => (await waitsForTable.execute(before.read)).rows[0]?.waits)
  // Behind the upgrade in the line, until that steps out of it.
  await before.read.selectFrom('authorization_codes').selectAll().execute()
  expect(isUpgraded).toBe(false)
  await readingForLong.end()
  await upgrade
  await older.remove()
})

test('an operator whose database goes away in the middle of a command is told so in two lines', async () => {
  const admin = new pg.Client({ connectionString: direct.href })
  await admin.connect()
  await admin.query('begin; lock table accounts')
  const listing = runCommand(['accounts', 'list'], { env: { DATABASE_URL: direct.href } })
  const endWhoWaits = `select pg_terminate_backend(pid) from pg_locks
    where not granted and relation = 'accounts'::regclass`
  await vi.waitUntil(async () => ((await admin.query(endWhoWaits)).rowCount ?? 0) > 0)
  expect(await listing).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'auth-service: the database went away: terminating connection due to administrator command\n' +
      'auth-service: hint: whether the last change took place is not known: look before you try again\n',
  })
  await admin.end()
})

test('a job that goes on after a failed statement is not told that it was done', async () => {
  const careless = store.write(async (transaction) => {
    await countFailure(transaction, 'k', POLICY, 1)
    await transaction
      .insertInto('throttles')
      .values({ key: 'k', failures: 1, window_started_at: 1, blocked_until: 1 })
      .execute()
      .catch(() => {})
  })
  await expect(careless).rejects.toThrow('went on after a statement')
  expect(await findThrottle(store.read, 'k')).toBeUndefined()
})
