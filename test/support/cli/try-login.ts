import { expect } from 'vitest'
import { discoverAuthorizationServer } from '../../../src/discovery/discover.js'
import { raceLogin } from '../../../src/login/login-race.js'
import type { OtherWays } from '../../../src/login/login-ways.js'
import type { TokenSet } from '../../../src/login/token-set.js'
import type { TraceEvent } from '../../../src/trace.js'
import type { AuthServiceDouble } from './auth-service-double.js'
import { createTestHttp } from './test-http.js'

export const CLIENT_ID = 'authcli'
export const RESOURCE = 'http://127.0.0.1:9001'
export const SCOPE = 'openid offline_access items:read'

const http = createTestHttp({ timeoutMs: 2000 })

/** How one try differs from a person who does what they are asked to. */
export interface LoginTry {
  /** What the person does with the URL; by default a browser follows it. */
  person?: (url: URL) => unknown
  keep?: (tokens: TokenSet) => Promise<unknown>
  timeoutSeconds?: number
  signal?: AbortSignal
  scope?: string
  otherWays?: OtherWays
  takesCodeAlone?: boolean
}

/** Runs one login: its result or error, what the browser showed in the end, the trace. */
export async function tryLogin(double: AuthServiceDouble, login: LoginTry = {}) {
  const pages: Promise<string>[] = []
  const trace: TraceEvent[] = []
  const follow = (url: URL) => pages.push(fetch(url).then((response) => response.text()))
  const { signal = new AbortController().signal, person = follow, timeoutSeconds = 10, scope = SCOPE } = login
  const { otherWays, takesCodeAlone = false } = login
  const server = await discoverAuthorizationServer({ http }, double.issuer)
  const outcome = await raceLogin(
    {
      http,
      trace: (event) => trace.push(event),
      now: Date.now,
      signal,
      sendPersonTo: person,
      ...(otherWays && { otherWays }),
    },
    { server, clientId: CLIENT_ID, resource: RESOURCE, scope, takesCodeAlone, timeoutSeconds },
    login.keep ?? (async (tokens) => tokens),
  ).catch((error: unknown) => error)
  return { outcome, page: (await Promise.all(pages)).join(), trace }
}

/** An error of this code whose message is like that. */
export function failsWith(code: string, message: RegExp) {
  return expect.objectContaining({ code, message: expect.stringMatching(message) })
}
