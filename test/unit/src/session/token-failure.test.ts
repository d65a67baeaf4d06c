import { describe, expect, it } from 'vitest'
import { HttpError } from '../../../../src/http.js'
import { readTokenFailure, wordsOfRefusal } from '../../../../src/session/token-failure.js'

const below = (cause: unknown) => new Error('outer', { cause: new Error('inner', { cause }) })
const withProperties = (properties: object) => Object.assign(new Error('thrown'), properties)

describe('why a token request failed', () => {
  it('is found below what openid-client wraps it in', () => {
    const failure = { isTemporary: true, problem: "can't be reached: connection refused" }
    expect(readTokenFailure(below(new HttpError('connection refused')))).toEqual(failure)
  })

  it.each([500, 503, 429])(
    'is that nobody can answer right now, at %i, whatever the answer says',
    (status) => {
      const thrown = withProperties({ status, error: 'invalid_grant' })
      expect(readTokenFailure(thrown)).toMatchObject({ isTemporary: true })
      const answer = new Response('', { status })
      expect(readTokenFailure(new Error('no JSON', { cause: answer }))).toMatchObject({ isTemporary: true })
    },
  )

  it('is the error code of a refusal, or its 401', () => {
    const refusal = { isTemporary: false, error: 'invalid_grant', status: 400 }
    expect(readTokenFailure(withProperties({ error: 'invalid_grant', status: 400 }))).toEqual(refusal)
    expect(readTokenFailure(withProperties({ status: 401 }))).toEqual({ isTemporary: false, status: 401 })
  })

  it.each([undefined, 'a text', new Error('any'), withProperties({ error: 7 })])(
    'is not known from %s',
    (thrown) => {
      expect(readTokenFailure(thrown)).toEqual({ isTemporary: false })
    },
  )

  it('ends at a ring of causes', () => {
    const ring = new Error('ring')
    ring.cause = ring
    expect(readTokenFailure(ring)).toEqual({ isTemporary: false })
  })

  it('is told with no more of a code than fits into a line', () => {
    expect(wordsOfRefusal({ error: 'x'.repeat(1000) })).toBe(`it answered ${'x'.repeat(100)}`)
    expect(wordsOfRefusal({})).toBe('its answer is not what the protocol says')
  })
})
