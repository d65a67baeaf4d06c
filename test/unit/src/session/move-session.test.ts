import { describe, expect, it } from 'vitest'
import { AuthcliError } from '../../../../src/errors.js'
import { type MoveJournal, moveSession } from '../../../../src/session/move-session.js'
import type { SetAside } from '../../../../src/session/session-store.js'
import { settleCopies } from '../../../../src/session/settle-copies.js'
import { createMemoryStore, type MemoryStore } from '../../../support/session/memory-store.js'
import { failure } from '../../../support/session/test-access-tokens.js'
import { createTestLock } from '../../../support/session/test-lock.js'
import { testSession } from '../../../support/session/test-session.js'

type Name = 'old' | 'new'

/** Two places, and what is remembered of them: the place that counts, and where a copy may lie. */
function setUp() {
  const stores = {
    old: Object.assign(createMemoryStore(testSession()), { slot: 'old' }),
    new: Object.assign(createMemoryStore(), { slot: 'new', place: 'the new place' }),
  }
  const remembered: { place: Name; leftover?: Name } = { place: 'old' }
  const journal: MoveJournal = {
    begin: async () => void Object.assign(remembered, { leftover: 'new' }),
    arrive: async () => void Object.assign(remembered, { place: 'new', leftover: 'old' }),
    finish: async () => void delete remembered.leftover,
  }
  const told: SetAside[] = []
  const lock = createTestLock()
  const dependencies = {
    from: stores.old,
    to: stores.new,
    lock,
    trace: () => {},
    journal,
    onSetAside: (setAside: SetAside) => void told.push(setAside),
  }
  return { ...dependencies, stores, remembered, told, move: () => moveSession(dependencies) }
}

type SetUp = ReturnType<typeof setUp>

/** Ends the move as the next command does, which knows nothing but what is remembered. */
async function settle({ stores, remembered }: SetUp): Promise<void> {
  const { place, leftover } = remembered
  if (leftover === undefined) return
  await settleCopies({
    here: stores[place],
    there: stores[leftover],
    lock: createTestLock(),
    trace: () => {},
    isOpen: async () => remembered.leftover !== undefined,
    finish: async () => void delete remembered.leftover,
  })
}

function holds({ stored }: MemoryStore): string | undefined {
  return stored.state === 'present' ? stored.session.refreshToken : undefined
}

/** Lets nothing happen any more from the `count`th call of a store or of the journal on, as a SIGKILL does. */
function killAfter(
  { stores, journal }: SetUp,
  count: number,
): { reached: Promise<void>; calls: () => number } {
  let calls = 0
  let reach = () => {}
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const wrap =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1
      if (calls > count) {
        reach()
        return await new Promise<R>(() => {})
      }
      return await call(...args)
    }
  for (const store of [stores.old, stores.new]) {
    Object.assign(store, {
      read: wrap(store.read),
      write: wrap(store.write),
      remove: wrap(store.remove),
      setAside: wrap(store.setAside),
    })
  }
  Object.assign(journal, {
    begin: wrap(journal.begin),
    arrive: wrap(journal.arrive),
    finish: wrap(journal.finish),
  })
  return { reached, calls: () => calls }
}

describe('moveSession', () => {
  it('writes, reads back, has it remembered, and only then removes, under every lock', async () => {
    const setup = setUp()
    expect(await setup.move()).toEqual({ session: testSession() })
    expect(setup.stores.new.stored).toEqual({ state: 'present', session: testSession() })
    expect(setup.stores.old.stored).toEqual({ state: 'missing' })
    expect(setup.remembered).toEqual({ place: 'new' })
    expect(setup.lock.held).toEqual(['new', 'old', 'lock-id-of-the-session'])
  })

  it('moves the session as somebody refreshed it while it waited', async () => {
    const setup = setUp()
    setup.lock.beforeJob = () => {
      setup.stores.old.stored = { state: 'present', session: testSession({ refreshToken: 'refreshed' }) }
    }
    await setup.move()
    expect(holds(setup.stores.new)).toBe('refreshed')
  })

  it.each([
    [{ state: 'missing' }, 'SESSION_MISSING'],
    [{ state: 'unreadable', reason: 'it is cut' }, 'SESSION_UNREADABLE'],
    [{ state: 'newer', version: 2 }, 'STORE_NEWER'],
  ] as const)('touches nothing where the old place holds %j', async (stored, code) => {
    const setup = setUp()
    setup.stores.old.stored = stored
    await expect(setup.move()).rejects.toMatchObject({ code })
    expect(setup.stores.new.calls).not.toContain('write')
    expect(setup.remembered).toEqual({ place: 'old' })
  })

  it('leaves the session of a newer authcli in the new place alone', async () => {
    const setup = setUp()
    setup.stores.new.stored = { state: 'newer', version: 2 }
    await expect(setup.move()).rejects.toMatchObject({ code: 'STORE_NEWER' })
    expect(holds(setup.stores.old)).toBe('refresh-token-0')
  })

  it('sets aside what can not be read in the new place, and says so', async () => {
    const setup = setUp()
    setup.stores.new.stored = { state: 'unreadable', reason: 'it is cut' }
    await setup.move()
    expect(setup.told).toMatchObject([{ reason: 'it is cut' }])
    expect(holds(setup.stores.new)).toBe('refresh-token-0')
  })

  it('gives back the session of another login that lay in the new place, under its lock too', async () => {
    const setup = setUp()
    const other = testSession({ lockId: 'lock-id-of-the-other-one', refreshToken: 'other' })
    setup.stores.new.stored = { state: 'present', session: other }
    expect(await setup.move()).toMatchObject({ replaced: other })
    expect(setup.lock.held).toContain(other.lockId)
  })

  it.each([
    ['refuses', (store: MemoryStore) => Object.assign(store.failNext, { write: failure('STORE_FAILED') })],
    [
      'gives back something else',
      (store: MemoryStore) =>
        Object.assign(store, { keep: () => testSession({ refreshToken: 'something else' }) }),
    ],
  ])('leaves everything as it was when the new place %s', async (_what, spoil) => {
    const setup = setUp()
    spoil(setup.stores.new)
    await expect(setup.move()).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(setup.stores.new.stored).toEqual({ state: 'missing' })
    expect(holds(setup.stores.old)).toBe('refresh-token-0')
    expect(setup.remembered).toEqual({ place: 'old' })
  })

  it('says what stayed in the old place, and has it remembered', async () => {
    const setup = setUp()
    setup.stores.old.failNext.remove = failure('KEYCHAIN_UNAVAILABLE')
    const { leftBehind } = await setup.move()
    expect(leftBehind).toBeInstanceOf(AuthcliError)
    expect(setup.remembered).toEqual({ place: 'new', leftover: 'old' })
    await settle(setup)
    expect(setup.remembered).toEqual({ place: 'new' })
    expect(setup.stores.old.stored).toEqual({ state: 'missing' })
  })
})

describe('a move that is killed', async () => {
  const whole = setUp()
  const { calls } = killAfter(whole, Number.POSITIVE_INFINITY)
  await whole.move()
  const moments = Array.from({ length: calls() }, (_, count) => count)

  it.each(moments)('after %d calls leaves a session where it is remembered to be (100)', async (count) => {
    const setup = setUp()
    const { reached } = killAfter(setup, count)
    void setup.move()
    await reached
    expect(setup.stores[setup.remembered.place].stored).toEqual({ state: 'present', session: testSession() })
    const other = setup.stores[setup.remembered.place === 'old' ? 'new' : 'old']
    // A second copy that nobody remembers would live on.
    if (setup.remembered.leftover === undefined) expect(other.stored).toEqual({ state: 'missing' })
  })

  it.each(moments)('after %d calls is ended by the next command', async (count) => {
    const setup = setUp()
    const { reached } = killAfter(setup, count)
    void setup.move()
    await reached
    const after = revived(setup)
    await settle(after)
    expect(after.remembered.leftover).toBeUndefined()
    expect([holds(after.stores.old), holds(after.stores.new)].filter(Boolean)).toEqual(['refresh-token-0'])
    expect(holds(after.stores[after.remembered.place])).toBe('refresh-token-0')
  })

  it.each(moments)(
    'after %d calls goes on with the copy that somebody refreshed meanwhile',
    async (count) => {
      const setup = setUp()
      const { reached } = killAfter(setup, count)
      void setup.move()
      await reached
      const after = revived(setup)
      const other = after.stores[after.remembered.place === 'old' ? 'new' : 'old']
      if (holds(other) === undefined) return
      // Somebody whose configuration is another one, and says nothing of the move.
      const refreshed = testSession({ refreshToken: 'refreshed', expiresAt: 900_000 })
      other.stored = { state: 'present', session: refreshed }
      await settle(after)
      expect(after.stores[after.remembered.place].stored).toEqual({ state: 'present', session: refreshed })
      expect(other.stored).toEqual({ state: 'missing' })
    },
  )
})

/** The same places after the process that was killed, and whose calls never end. */
function revived({ stores, remembered }: SetUp): SetUp {
  const after = setUp()
  for (const name of ['old', 'new'] as const) after.stores[name].stored = stores[name].stored
  delete after.remembered.leftover
  return { ...after, remembered: Object.assign(after.remembered, remembered) }
}

describe('settleCopies', () => {
  const open = async (setup: SetUp) => {
    setup.remembered.leftover = 'new'
    await settle(setup)
  }

  it('leaves the session of another login alone', async () => {
    const setup = setUp()
    const other = testSession({ lockId: 'lock-id-of-the-other-one' })
    setup.stores.new.stored = { state: 'present', session: other }
    await open(setup)
    expect(setup.stores.new.stored).toEqual({ state: 'present', session: other })
    expect(setup.remembered).toEqual({ place: 'old' })
  })

  it('goes on with the copy when the session is lost', async () => {
    const setup = setUp()
    setup.stores.new.stored = setup.stores.old.stored
    setup.stores.old.stored = { state: 'missing' }
    await open(setup)
    expect([holds(setup.stores.old), holds(setup.stores.new)]).toEqual(['refresh-token-0', undefined])
  })

  it.each([
    { state: 'unreadable', reason: 'it is cut' },
    { state: 'newer', version: 2 },
  ] as const)('keeps the copy, and the memory of it, beside %j', async (stored) => {
    const setup = setUp()
    setup.stores.new.stored = setup.stores.old.stored
    setup.stores.old.stored = stored
    await open(setup)
    expect(holds(setup.stores.new)).toBe('refresh-token-0')
    expect(setup.remembered).toEqual({ place: 'old', leftover: 'new' })
  })

  it('does nothing when somebody else has ended the move meanwhile', async () => {
    const setup = setUp()
    setup.stores.new.stored = setup.stores.old.stored
    await settleCopies({
      here: setup.stores.old,
      there: setup.stores.new,
      lock: setup.lock,
      trace: () => {},
      isOpen: async () => false,
      finish: async () => {},
    })
    expect(holds(setup.stores.new)).toBe('refresh-token-0')
  })
})
