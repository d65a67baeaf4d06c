import { describe, expect, it } from 'vitest'
import { lockNamesOf, refuseNewer, requireSession } from '../../../../src/session/stored-session.js'
import { createMemoryStore } from '../../../support/session/memory-store.js'
import { testSession } from '../../../support/session/test-session.js'

const store = createMemoryStore()

describe('requireSession', () => {
  it('gives the session', () => {
    expect(requireSession(store, { state: 'present', session: testSession() })).toEqual(testSession())
  })

  it.each([
    [{ state: 'missing' }, 'SESSION_MISSING', 'there is no session in the memory'],
    [
      { state: 'unreadable', reason: 'it is cut' },
      'SESSION_UNREADABLE',
      "the session in the memory can't be read: it is cut",
    ],
    [
      { state: 'newer', version: 2 },
      'STORE_NEWER',
      'the session in the memory was written by a newer authcli',
    ],
  ] as const)('has another answer for %j', (stored, code, message) => {
    expect(() => requireSession(store, stored)).toThrow(expect.objectContaining({ code, message }))
  })
})

describe('refuseNewer', () => {
  it('refuses nothing else', () => {
    expect(() => refuseNewer(store, { state: 'newer', version: 2 })).toThrow()
    for (const stored of [{ state: 'missing' }, { state: 'unreadable', reason: '' }] as const) {
      expect(() => refuseNewer(store, stored)).not.toThrow()
    }
  })
})

describe('lockNamesOf', () => {
  it('names the session, and a file too', () => {
    expect(lockNamesOf(store, testSession())).toEqual(['lock-id-of-the-session'])
    expect(lockNamesOf({ ...store, kind: 'file', slot: 'file x' }, testSession())).toEqual([
      'file x',
      'lock-id-of-the-session',
    ])
  })
})
