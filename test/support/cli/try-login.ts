import { expect } from 'vitest'
import { discoverAuthorizationServer } from '../../../src/discovery/discover.js'
import { authorizationCodeFlow } from '../../../src/login/authorization-code-flow.js'
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
}

/** Runs the authorization code flow once: its result or error, what the browser showed in the end, the trace. */
export async function tryLogin(double: AuthServiceDouble, login: LoginTry = {}) {
  const pages: Promise<string>[] = []
  const trace: TraceEvent[] = []
  const follow = (url: URL) => pages.push(fetch(url).then((response) => response.text()))
  const { signal = new AbortController().signal, person = follow, timeoutSeconds = 10, scope = SCOPE } = login
  const server = await discoverAuthorizationServer({ http }, double.issuer)
  const outcome = await authorizationCodeFlow(
    { http, trace: (event) => trace.push(event), signal, sendPersonTo: person },
    { server, clientId: CLIENT_ID, resource: RESOURCE, scope, timeoutSeconds },
    login.keep ?? (async (tokens) => tokens),
  ).catch((error: unknown) => error)
  return { outcome, page: (await Promise.all(pages)).join(), trace }
}

/** An error of this code whose message is like that. */
export function failsWith(code: string, message: RegExp) {
  return expect.objectContaining({ code, message: expect.stringMatching(message) })
}
