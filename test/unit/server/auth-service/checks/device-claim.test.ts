import { expect, it } from 'vitest'
import { type ClaimState, whyNotClaimable } from '../../../../../server/auth-service/checks/device-claim.js'

const NOW = 1_000_000
const ROW: ClaimState = { claimed_by: null, approved_at: null, denied_at: null, expires_at: NOW + 1 }
const why = (row: Partial<ClaimState>) => whyNotClaimable({ ...ROW, ...row }, { browser: 'mine', now: NOW })

it('a code leads on in the first browser that it is entered in, and there again (78)', () => {
  expect(why({})).toBeUndefined()
  expect(why({ claimed_by: 'mine' })).toBeUndefined()
})

it('a code leads nowhere in another browser, before and after the decision (78) (V10)', () => {
  const theirs = 'the code was entered in another browser'
  expect(why({ claimed_by: 'another' })).toBe(theirs)
  expect(why({ claimed_by: 'another', approved_at: 1 })).toBe(theirs)
  expect(why({ claimed_by: 'another', denied_at: 1 })).toBe(theirs)
})

it('a code leads nowhere after its end, unless it was decided here before (75)', () => {
  expect(why({ expires_at: NOW })).toBe('the code has expired')
  expect(why({ expires_at: NOW, claimed_by: 'mine' })).toBe('the code has expired')
  expect(why({ expires_at: NOW, claimed_by: 'mine', approved_at: 1 })).toBeUndefined()
})

it('a code that was never given out leads nowhere', () => {
  expect(whyNotClaimable(undefined, { browser: 'mine', now: NOW })).toBe('there is no such code')
})
