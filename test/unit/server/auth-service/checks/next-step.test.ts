import { describe, expect, it } from 'vitest'
import {
  nextStep,
  type StepRequest,
  type StepState,
} from '../../../../../server/auth-service/checks/next-step.js'
import { type Prompt, requestedPrompts } from '../../../../../server/auth-service/checks/prompt.js'

const NOW = 1_000_000_000
const web = { kind: 'web', secretHash: null } as const
const native = { kind: 'native', secretHash: null } as const

describe('a request without prompt', () => {
  it('asks whoever is not signed in to sign in', () => {
    expect(next({ client: web }, { person: undefined })).toBe('sign-in')
  })

  it('asks for consent once', () => {
    expect(next({ client: web }, { isAllowedBefore: false })).toBe('consent')
    expect(next({ client: web }, { isAllowedBefore: true })).toBe('code')
  })

  it('of a public native client asks for a press of a button each time (41)', () => {
    expect(next({ client: native }, { isAllowedBefore: true })).toBe('consent')
  })
})

describe('prompt=none', () => {
  const prompts = requestedPrompts('none')

  it.each<[string, Partial<StepRequest>, Partial<StepState>, string]>([
    ['nobody is signed in', {}, { person: undefined }, 'login_required'],
    ['the sign-in is too old', { maxAgeSeconds: 59 }, {}, 'login_required'],
    ['somebody else is signed in', { hintedAccountId: 'grace' }, {}, 'login_required'],
    ['something new is asked for', {}, { isAllowedBefore: false }, 'consent_required'],
    ['the client is a public native one', { client: native }, {}, 'interaction_required'],
  ])('never shows a page: %s (41, 83)', (_case, request, state, code) => {
    expect(() => next({ client: web, prompts, ...request }, state)).toThrow(expect.objectContaining({ code }))
  })

  it('gets its code where everything is settled (83)', () => {
    expect(next({ client: web, prompts, maxAgeSeconds: 60, hintedAccountId: 'ada' })).toBe('code')
  })
})

describe('the other prompts', () => {
  it.each<[string, Partial<StepState>, string]>([
    ['login', {}, 'sign-in'],
    ['login', { isSignedInSince: true }, 'code'],
    ['consent', {}, 'consent'],
    ['consent', { isSignedInSince: true }, 'consent'],
    ['select_account', {}, 'consent'],
    ['select_account', { isSignedInSince: true }, 'code'],
    ['login consent', {}, 'sign-in'],
    ['login consent', { isSignedInSince: true }, 'consent'],
    ['consent select_account', { person: undefined }, 'sign-in'],
  ])('prompt=%s with %j leads to %s (83)', (prompt, state, expected) => {
    expect(next({ client: web, prompts: requestedPrompts(prompt) }, state)).toBe(expected)
  })
})

describe('max_age', () => {
  it.each([
    [60, false, 'code'],
    [59, false, 'sign-in'],
    [59, true, 'code'],
    [0, false, 'sign-in'],
    [0, true, 'code'],
  ])(
    '%i with a sign-in 60 seconds ago, since the request: %s, leads to %s (83)',
    (seconds, since, expected) => {
      expect(next({ client: web, maxAgeSeconds: seconds }, { isSignedInSince: since })).toBe(expected)
    },
  )

  it('0 asks for a sign-in within the millisecond of the last one (83)', () => {
    const person = { accountId: 'ada', authenticatedAt: NOW }
    expect(next({ client: web, maxAgeSeconds: 0 }, { person })).toBe('sign-in')
  })
})

describe('id_token_hint', () => {
  it('asks for a sign-in when somebody else is signed in (83)', () => {
    expect(next({ client: web, hintedAccountId: 'grace' })).toBe('sign-in')
  })

  it('gives up when somebody else has just signed in (83)', () => {
    expect(() => next({ client: web, hintedAccountId: 'grace' }, { isSignedInSince: true })).toThrow(
      expect.objectContaining({ code: 'login_required' }),
    )
  })

  it('sends nobody to the client who is not signed in any more (7)', () => {
    const state = { person: undefined, isSignedInSince: true }
    expect(next({ client: web, hintedAccountId: 'grace' }, state)).toBe('sign-in')
  })
})

function next(request: Partial<StepRequest>, state: Partial<StepState> = {}) {
  return nextStep(
    {
      client: web,
      prompts: new Set<Prompt>(),
      maxAgeSeconds: undefined,
      hintedAccountId: undefined,
      provider: undefined,
      ...request,
    },
    {
      person: { accountId: 'ada', authenticatedAt: NOW - 60_000 },
      isSignedInSince: false,
      isAllowedBefore: true,
      now: NOW,
      ...state,
    },
  )
}
