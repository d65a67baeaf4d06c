import { describe, expect, it } from 'vitest'
import { type EventWords, eventItem } from '../../../../../server/auth-service/pages/security-event-words.js'

const at = Date.UTC(2026, 10, 22, 23, 5, 9)
const words = (event: Partial<EventWords>) =>
  eventItem({
    kind: 'signed-in',
    at,
    source: '203.0.113.5',
    client: undefined,
    provider: undefined,
    ...event,
  })
    .toString()
    .replace(/<[^>]*>/g, '')
    .trim()
    .replace(/\s+/g, ' ')

describe('what a page says of an event', () => {
  it.each([
    [{}, 'Signed in'],
    [{ client: 'authcli', provider: 'Acme' }, 'Signed in with Acme, for authcli'],
    [{ kind: 'sign-in-failed' }, 'Somebody typed a wrong password'],
    [{ kind: 'sign-in-failed', provider: 'Acme' }, 'A sign-in with Acme was refused'],
    [{ kind: 'login-ended', client: 'authcli' }, 'authcli signed out'],
    [{ kind: 'login-ended' }, 'A browser signed out'],
    [{ kind: 'provider-unlinked', provider: 'Acme' }, 'Acme disconnected'],
    [
      { kind: 'reuse-found', client: 'authcli' },
      'authcli signed out, because somebody else had its key, too',
    ],
  ] as const)('of %j is %j', (event, expected) => {
    expect(words(event)).toBe(`${expected} from 203.0.113.5 · 22 Nov 2026, 23:05 UTC`)
  })

  it('says who did it where it came from no address', () => {
    const expected =
      'Your password was changed for you by the people who run this service · 22 Nov 2026, 23:05 UTC'
    expect(words({ kind: 'password-changed', source: null })).toBe(expected)
  })

  it('marks what deserves a second look, and nothing else', () => {
    const marked = (kind: EventWords['kind']) =>
      eventItem({ kind, at, source: null, client: undefined, provider: undefined })
        .toString()
        .includes('alarming')
    expect(['sign-in-failed', 'reuse-found'].map((kind) => marked(kind as EventWords['kind']))).toEqual([
      true,
      true,
    ])
    expect(['signed-in', 'login-ended'].map((kind) => marked(kind as EventWords['kind']))).toEqual([
      false,
      false,
    ])
  })

  it('shows hostile names as text (14)', () => {
    const html = eventItem({
      kind: 'signed-in',
      at,
      source: '<b>',
      client: '<script>',
      provider: '"><img>',
    }).toString()
    expect(html).not.toMatch(/<b>|<script|<img/)
  })
})
