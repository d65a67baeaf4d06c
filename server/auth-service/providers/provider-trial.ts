import { lookup } from 'node:dns/promises'
import * as client from 'openid-client'
import { type Http, HttpError } from '../http.js'
import { ProviderError } from './provider.js'
import { toProviderError } from './provider-error.js'

/** One step on the way to a provider, to be tried without a person. */
export interface Trial {
  step: string
  /** What to do when it fails. */
  hint: string
  /** What was seen. @throws ProviderError when it doesn't work. */
  run(): Promise<Seen>
}

export interface Seen {
  detail: string
  /** It works as far as can be seen, which is not far enough. */
  isUnclear?: boolean
}

export interface TriedStep {
  step: string
  outcome: 'works' | 'fails' | 'unclear'
  detail: string
  /** Of a step that fails. */
  hint: string | undefined
}

/** Tries one step after the other, and ends with the first that fails. */
export async function* tryInTurn(trials: readonly Trial[]): AsyncGenerator<TriedStep, void, undefined> {
  for (const { step, hint, run } of trials) {
    try {
      const { detail, isUnclear } = await run()
      yield { step, outcome: isUnclear ? 'unclear' : 'works', detail, hint: undefined }
    } catch (error) {
      yield { step, outcome: 'fails', detail: toProviderError('discovery', error).message, hint }
      return
    }
  }
}

/** Whether the host of a provider has an address. */
export function nameTrial(issuer: string): Trial {
  const { hostname } = new URL(issuer)
  return {
    step: 'name',
    hint: `is ${hostname} the right host? if so, look at the name server of this machine`,
    async run() {
      try {
        const { address } = await lookup(hostname.replace(/^\[|\]$/g, ''))
        return { detail: `${hostname} is ${address}` }
      } catch (error) {
        throw failed(`${hostname} has no address that this machine knows`, error)
      }
    },
  }
}

/** No provider has issued it. */
const MADE_UP_CODE = 'a-code-that-nobody-has-issued'
/** How a code is refused to a client that is known. The second is GitHub's. */
const CODE_REFUSED = ['invalid_grant', 'bad_verification_code']
const CLIENT_REFUSED = ['invalid_client', 'unauthorized_client', 'incorrect_client_credentials']

/**
 * Whether the token endpoint knows client id and secret: it is asked with a code that nobody has issued, and for what
 * it refuses that, tells.
 */
export function clientTrial(configuration: () => Promise<client.Configuration>, redirectUri: string): Trial {
  return {
    step: 'client',
    hint: 'compare client id and secret with those at the provider; replace the secret with `providers set-secret`',
    async run() {
      const known = await configuration()
      const callback = new URL(redirectUri)
      const { issuer: iss } = known.serverMetadata()
      callback.search = new URLSearchParams({ code: MADE_UP_CODE, state: 's', iss }).toString()
      const checks = { expectedState: 's', pkceCodeVerifier: 'v'.repeat(43) }
      try {
        await client.authorizationCodeGrant(known, callback, checks)
      } catch (error) {
        return seenIn(error)
      }
      throw failed('its token endpoint takes a code that nobody has issued')
    },
  }
}

function seenIn(error: unknown): Seen {
  const { message } = toProviderError('token', error)
  if (!(error instanceof client.ResponseBodyError) || error.status >= 500) throw failed(message, error)
  if (CODE_REFUSED.includes(error.error)) {
    return { detail: 'its token endpoint knows the client, and refuses a code that nobody has issued' }
  }
  if (CLIENT_REFUSED.includes(error.error)) throw failed(`it refuses client id and secret: ${message}`)
  return {
    detail: `${message} for a made-up code: whether it knows the client is not clear`,
    isUnclear: true,
  }
}

/** Whether the provider takes an authorization request: it would ask a person to sign in. */
export function authorizationTrial(http: Http, url: () => Promise<URL>, redirectUri: string): Trial {
  return {
    step: 'authorization',
    hint: `register the redirect URI ${redirectUri} at the provider, and the scope that was asked for`,
    async run() {
      const { href, host } = await url()
      const answer = await http.fetch(href, { method: 'GET', headers: { accept: 'text/html' } }).catch(asPage)
      if (answer === 'a page') return { detail: `${host} answers with a page` }
      if (answer.status >= 400)
        throw failed(`it refuses to be asked: it answered with the status ${answer.status}`)
      return seenAt(answer.headers.get('location'), href, redirectUri, answer.status)
    },
  }
}

function seenAt(location: string | null, base: string, redirectUri: string, status: number): Seen {
  const target = location !== null && URL.canParse(location, base) ? new URL(location, base) : undefined
  if (target === undefined) return { detail: `it answered with the status ${status}` }
  if (target.href.startsWith(`${redirectUri}?`)) {
    const error = target.searchParams.get('error')
    if (error === null) return { detail: 'it asks nobody anything, and sends the browser back with a code' }
    throw failed(`it sends the browser back at once: ${/^\w{1,60}$/.test(error) ? error : 'an error'}`)
  }
  if (/error/i.test(target.pathname)) return { detail: 'it leads to an error page', isUnclear: true }
  return { detail: `it leads to ${target.host}` }
}

/** A page that is too large to be read is a page. */
function asPage(error: unknown): 'a page' {
  if (error instanceof HttpError && error.isLasting) return 'a page'
  throw error
}

/** A step that doesn't work, in words for the operator. */
export function failed(reason: string, cause?: unknown): ProviderError {
  return new ProviderError('discovery', 'wrong', reason, cause)
}
