import { createHttp, type Http } from '../../../src/http.js'

/** The real HTTP client, with nothing of the environment, and nowhere for its trace to go. */
export function createTestHttp(options: { timeoutMs?: number } = {}): Http {
  return createHttp({
    env: {},
    userAgent: 'authcli/test',
    trace: () => {},
    traceId: '0'.repeat(31).padEnd(32, '1'),
    now: Date.now,
    ...options,
  })
}
