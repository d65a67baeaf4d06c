import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadDataFile } from '../../../../server/auth-service/data-file/load-data-file.js'
import { openDataFile } from '../../../../server/auth-service/data-file/read-data-file.js'
import { restoredRows } from '../../../../server/auth-service/data-file/restored-rows.js'
import { writeDataFile } from '../../../../server/auth-service/data-file/write-data-file.js'
import { advanceGrant, findGrant } from '../../../../server/auth-service/store/grants.js'
import { rejoinGrant } from '../../../../server/auth-service/store/restored-grants.js'
import { loadKeyRing } from '../../../../server/auth-service/tokens/key-ring.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { testRows } from '../../../support/auth-service/rows.js'
import {
  serve,
  type TestAuthService,
  testAuthService,
} from '../../../support/auth-service/test-auth-service.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

const DAY = 86_400
const PARALLEL = 100

describe.each(DATABASES)('on $name', ({ make }) => {
  let folder: TemporaryFolder
  let lost: TestDatabase
  let restored: TestDatabase
  let service: TestAuthService
  beforeEach(async () => {
    folder = makeTemporaryFolder('restored-logins')
    lost = await make()
    restored = await make()
    const store = await lost.open()
    service = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
  })
  afterEach(async () => {
    await lost.remove()
    await restored.remove()
    folder.remove()
  })

  const path = () => join(folder.path, 'backup')

  async function backUp(): Promise<void> {
    const { store, now } = service.context
    await writeDataFile(path(), store, { kind: 'backup', now: now() })
  }

  /** The service once more, a day later, on what the backup holds. */
  async function restore(keepSessions: boolean): Promise<Omit<TestAuthService, 'close'>> {
    service.context.advanceSeconds(DAY)
    const { now, settings } = service.context
    const store = { ...service.context.store, ...(await restored.open()) }
    await loadDataFile(store, await openDataFile(path()), (rows) =>
      restoredRows(rows, { keepSessions, now: now() }),
    )
    const keys = await loadKeyRing(store, settings.secret, now)
    return serve({ ...service.context, store, keys }, service.account)
  }

  /** A login that was refreshed before the backup and after it, with all its refresh tokens, oldest first. */
  async function logInAround(): Promise<{ grantId: string; accessToken: string; tokens: string[] }> {
    const { refresh_token, access_token, grantId } = await service.logIn()
    const tokens = [refresh_token]
    for (let at = 0; at < 4; at++) {
      service.context.advanceSeconds(120)
      tokens.push(await service.nextRefreshToken(tokens.at(-1) ?? ''))
      if (at === 1) await backUp()
    }
    return { grantId, accessToken: access_token, tokens }
  }

  it('a restore ends every login of the backup: spent tokens can not be told from others (60) (V2)', async () => {
    const { grantId, accessToken, tokens } = await logInAround()
    const after = await restore(false)
    for (const token of tokens) {
      expect((await after.refresh(token)).body).toMatchObject({ error: 'invalid_grant' })
    }
    expect((await after.introspect(accessToken)).body).toEqual({ active: false })
    expect(await findGrant(after.context.store.read, grantId)).toMatchObject({
      revokedReason: 'the database was restored from a backup',
    })
  })

  it('an import ends nothing, and changes nothing of what a token is good for (60)', async () => {
    const { grantId, accessToken, tokens } = await logInAround()
    const { store, now, settings } = service.context
    await writeDataFile(`${path()}.export`, store, { kind: 'export', now: now() })
    const target = { ...store, ...(await restored.open()) }
    await loadDataFile(target, await openDataFile(`${path()}.export`))
    const keys = await loadKeyRing(target, settings.secret, now)
    const after = serve({ ...service.context, store: target, keys }, service.account)
    expect((await after.introspect(accessToken)).body).toMatchObject({ active: true })
    await after.nextRefreshToken(await after.nextRefreshToken(tokens[4] ?? ''))
    after.context.advanceSeconds(120)
    expect((await after.refresh(tokens[3] ?? '')).status).toBe(400)
    expect((await findGrant(target.read, grantId))?.revokedAt).not.toBeNull()
  })

  it('with kept logins the newest token goes on; one that was spent ends the login of both (57) (60)', async () => {
    const { grantId, tokens } = await logInAround()
    const after = await restore(true)
    const next = await after.nextRefreshToken(tokens[4] ?? '')
    await after.nextRefreshToken(next)
    after.context.advanceSeconds(120)
    expect((await after.refresh(tokens[3] ?? '')).status).toBe(400)
    expect(await findGrant(after.context.store.read, grantId)).toMatchObject({
      revokedAt: expect.any(Number),
    })
    expect(after.log).toContainEqual(expect.objectContaining({ event: 'reuse-found', grantId }))
  })

  it('with kept logins a token that was never used since the backup is as good as before (58) (60)', async () => {
    const { refresh_token, grantId } = await service.logIn()
    await backUp()
    const after = await restore(true)
    const next = await after.nextRefreshToken(refresh_token)
    await after.nextRefreshToken(refresh_token)
    await after.nextRefreshToken(next)
    expect((await findGrant(after.context.store.read, grantId))?.revokedAt).toBeNull()
  })

  it('a spent token that comes first does not shut out the newest one, and is found out by it (57) (60)', async () => {
    const { grantId, tokens } = await logInAround()
    // Held by its owner, while somebody else has a copy of one that was spent.
    const newest = await service.nextRefreshToken(await service.nextRefreshToken(tokens[4] ?? ''))
    const after = await restore(true)
    const copied = await after.nextRefreshToken(tokens[3] ?? '')
    await after.nextRefreshToken(newest)
    after.context.advanceSeconds(120)
    expect((await after.refresh(copied)).body).toMatchObject({ error: 'invalid_grant' })
    expect(await findGrant(after.context.store.read, grantId)).toMatchObject({
      revokedAt: expect.any(Number),
    })
    expect(after.log).toContainEqual(expect.objectContaining({ event: 'reuse-found', grantId }))
  })

  it('a newer token that comes many times at once leads on in one chain (59)', async () => {
    const { grantId, tokens } = await logInAround()
    const after = await restore(true)
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => after.refresh(tokens[4] ?? '')))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: PARALLEL }, () => 200))
    const [first, second] = answers.map(({ body }) => String(body['refresh_token']))
    await after.nextRefreshToken(first ?? '')
    expect((await after.refresh(second ?? '')).status).toBe(400)
    expect((await findGrant(after.context.store.read, grantId))?.revokedAt).not.toBeNull()
  })

  it('a newer token undoes nothing that was written since its row was read (59)', async () => {
    const { store } = service.context
    const rows = await testRows(store)
    const next = { advancedAt: [9], source: '127.0.0.1', now: 9 }
    const rejoin = (id: string) =>
      store.write((transaction) =>
        rejoinGrant(transaction, { id, generation: 0 }, { ...next, generation: 5, nonce: 'five' }),
      )
    const advanced = await rows.addGrant({ restoredAt: 7 })
    await store.write((transaction) =>
      advanceGrant(transaction, advanced.id, { ...next, generation: 1, nonce: 'one' }),
    )
    expect(await rejoin(advanced.id)).toBe(false)
    expect(await rejoin((await rows.addGrant({ restoredAt: 7, revokedAt: 8 })).id)).toBe(false)
    expect(await rejoin((await rows.addGrant()).id)).toBe(false)
    expect(await rejoin((await rows.addGrant({ restoredAt: 7 })).id)).toBe(true)
  })
})
