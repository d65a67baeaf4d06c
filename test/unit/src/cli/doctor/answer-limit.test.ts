import { describe, expect, it } from 'vitest'
import { withAnswerLimit } from '../../../../../src/cli/doctor/answer-limit.js'
import { type Http, HttpError } from '../../../../../src/http.js'

const request = { method: 'GET', url: new URL('https://auth.example.com') } as const

/** Answers never, and ends only when its signal wants it. */
const hanging: Http = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })

describe('withAnswerLimit', () => {
  it('says that nobody answers, when the time is over', async () => {
    const error: unknown = await withAnswerLimit(hanging, 0.01)(request).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(HttpError)
    expect(error).toMatchObject({ publicReason: 'no answer within 0.01 seconds' })
  })

  it('passes answers and other failures on as they are', async () => {
    const answer = { status: 204, headers: {}, body: new Uint8Array() }
    expect(await withAnswerLimit(async () => answer, 1)(request)).toBe(answer)
    const failure = new HttpError('connection refused')
    await expect(withAnswerLimit(() => Promise.reject(failure), 1)(request)).rejects.toBe(failure)
  })
})
