import { describe, expect, it } from 'vitest'
import { formatSession, MAX_SESSION_CHARACTERS, parseSession } from '../../../../src/session/session-text.js'
import { TEST_ISSUER, testSession } from '../../../support/session/test-session.js'

function parseChanged(changes: Record<string, unknown>) {
  return parseSession(JSON.stringify({ ...testSession(), ...changes }), TEST_ISSUER)
}

describe('parseSession', () => {
  it('gives back what formatSession wrote', () => {
    const session = testSession()
    expect(parseSession(formatSession(session), TEST_ISSUER)).toEqual({ state: 'present', session })
  })

  it('takes a session without what may be absent', () => {
    const session = testSession()
    for (const name of ['accessToken', 'expiresAt', 'lifetimeSeconds', 'refreshToken'] as const) {
      delete session[name]
    }
    session.account = { subject: 'subject-1' }
    expect(parseSession(formatSession(session), TEST_ISSUER)).toEqual({ state: 'present', session })
  })

  it('drops fields that it does not know', () => {
    expect(parseChanged({ colour: 'blue' })).toEqual({ state: 'present', session: testSession() })
  })

  it.each([2, 3, 1000])('says that version %d is newer, whatever else it holds', (version) => {
    const text = JSON.stringify({ version, sealedSomehow: true })
    expect(parseSession(text, TEST_ISSUER)).toEqual({ state: 'newer', version })
  })

  it.each([0, -1, 1.5, '1', '2', null, undefined, [2], {}])('does not know the version %j', (version) => {
    expect(parseChanged({ version })).toEqual({ state: 'unreadable', reason: 'its version is not known' })
  })

  it.each(['https://other.example.com', `${TEST_ISSUER}/`, '', null, 1])(
    'refuses a session of the issuer %j (100)',
    (issuer) => {
      expect(parseChanged({ issuer })).toEqual({
        state: 'unreadable',
        reason: 'it belongs to another issuer',
      })
    },
  )

  it.each(['', 'null', '1', '"text"', '[]', '{', '{"version":1', '\0', '{"version":1}\0'])(
    'refuses %j',
    (text) => {
      expect(parseSession(text, TEST_ISSUER).state).toBe('unreadable')
    },
  )

  it('refuses a text that is far too large, before it parses it', () => {
    const text = formatSession(testSession({ scope: 'x'.repeat(MAX_SESSION_CHARACTERS) }))
    expect(parseSession(text, TEST_ISSUER)).toEqual({
      state: 'unreadable',
      reason: 'it is too large to be a session',
    })
  })

  const WRONG: Record<string, unknown[]> = {
    lockId: [undefined, null, 1, '', 'short', 'with a space in it', 'x'.repeat(129), 'nul\0nul\0nul\0nul\0'],
    clientId: [undefined, null, 1, '', 'a\nb', 'a\0'],
    resource: [undefined, null, 1, '', 'https://api.example.com\0', {}],
    scope: [undefined, null, 1, ['openid']],
    accessToken: [null, 1, '', 'two words', 'a\r\nX-Evil: 1', 'ü', {}],
    tokenType: [undefined, null, 'bearer', 'DPoP'],
    expiresAt: [null, '1', -1, 1.5, Number.MAX_SAFE_INTEGER + 1, true],
    lifetimeSeconds: [null, '600', -1, 0.5],
    refreshToken: [null, 1, '', 'nul\0', 'line\n', 'ü'],
    account: [
      undefined,
      null,
      'demo',
      [],
      {},
      { subject: '' },
      { subject: 1 },
      { subject: 's', username: 1 },
      { subject: 's', email: null },
    ],
  }
  it.each(Object.entries(WRONG).flatMap(([field, values]) => values.map((value) => [field, value] as const)))(
    'refuses %s %j',
    (field, value) => {
      expect(parseChanged({ [field]: value })).toEqual({
        state: 'unreadable',
        reason: `its ${field} is malformed`,
      })
    },
  )

  it('says nothing of what the text holds', () => {
    const secret = 'refresh-token-that-nobody-may-see'
    const results = [
      parseChanged({ refreshToken: `${secret}\0` }),
      parseSession(`{"refreshToken":"${secret}`, TEST_ISSUER),
      parseChanged({ issuer: secret }),
    ]
    expect(JSON.stringify(results)).not.toContain(secret)
  })
})
