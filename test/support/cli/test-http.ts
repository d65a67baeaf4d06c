import { createHttp, type Http } from '../../../src/http.js'

/** The real HTTP client, with nothing of the environment, and nowhere for its trace to go. */
export function createTestHttp(options: { timeoutMs?: number } = {}): Http {
  return createHttp({
    env: {},
    userAgent: 'authcli/test',
    trace: () => {},
    now: Date.now,
    random: Math.random,
    ...options,
  })
}
