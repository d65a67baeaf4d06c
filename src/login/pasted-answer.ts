import { answersRequest } from './authorization-response.js'

/** What a pasted text can be an answer to. */
export interface OpenRequest {
  authorizationUrl: URL
  redirectUri: string
  state: string
  issuer: string
  /** The person named the issuer themselves: see `readPastedAnswer`. */
  takesCodeAlone: boolean
}

/** The text as the redirect that it was copied from, or what is wrong with it, for a person. */
export type PastedAnswer = { answer: URL } | { problem: string }

/** Longer than any address with a code that a browser shows. */
const MAX_PASTED_CHARACTERS = 16_384

/** What codes are made of everywhere: RFC 6749 lets them hold more, but then an address can't be told from one. */
const CODE_ALONE = /^[A-Za-z0-9\-._~+/%]{6,2048}=*$/

const QUOTES = /^["'<`]+|["'>`]+$/g

/**
 * Reads what a person pasted after a login in a browser that could not reach the loopback listener: the
 * address that the browser ended at, its query alone, or the code alone.
 *
 * An address or a query is held to the same `state`, compared in constant time, as a request to the
 * listener; its `iss` is checked with it at the exchange, as for every answer (RFC 9207 §2.4). Of the
 * address itself nothing is believed but the query.
 *
 * A code alone has neither. What `state` is for is done by PKCE and by the ID token's `nonce`, both of which
 * tie the code to this very request: somebody else's code is not exchanged, and would not be believed (RFC
 * 9700 §4.5.3, §4.7.1). What `iss` is for is done by nothing: an AuthService that an API points to could have
 * sent the browser on to another one, and would be handed that one's code and our verifier (mix-up, RFC 9700
 * §4.4). So a code alone is taken only where `takesCodeAlone` says that the person named the issuer
 * themselves: then no API chose it, and one AuthService is all that there is to mix up. It gets the `state`
 * and `iss` that the exchange looks for; there they prove nothing.
 */
export function readPastedAnswer(text: string, request: OpenRequest): PastedAnswer {
  const pasted = text.trim().replace(QUOTES, '')
  if (pasted.length > MAX_PASTED_CHARACTERS)
    return { problem: 'that is too long for the address of an answer' }
  if (pasted.startsWith(request.authorizationUrl.href)) {
    return { problem: 'that is the address to open: paste the one that the browser ends at' }
  }
  const query = queryOf(pasted)
  if (query === undefined) return readCodeAlone(pasted, request)

  const parameters = new URLSearchParams(query)
  if (answersRequest(parameters, request.state)) return { answer: redirectWith(parameters, request) }
  const isAnswer = parameters.has('code') || parameters.has('error')
  if (!isAnswer)
    return { problem: 'there is no code in that: paste the whole address that the browser ends at' }
  return parameters.has('state')
    ? { problem: 'that is not the answer to this login: open the address above, and paste where it ends' }
    : { problem: 'that is not the whole address: the state is missing' }
}

function readCodeAlone(pasted: string, request: OpenRequest): PastedAnswer {
  if (!CODE_ALONE.test(pasted)) return { problem: 'that is neither an address nor a code' }
  if (!request.takesCodeAlone) {
    return {
      problem: 'a code alone does not say where it is from: paste the whole address that it stands in',
    }
  }
  // Out of an address bar a code may come percent-encoded.
  const [code] = new URLSearchParams(`code=${pasted.replaceAll('+', '%2B')}`).values()
  const parameters = new URLSearchParams({ code: code ?? '', state: request.state, iss: request.issuer })
  return { answer: redirectWith(parameters, request) }
}

/** What follows the question mark, or looks as if it had. */
function queryOf(pasted: string): string | undefined {
  const [beforeFragment = ''] = pasted.split('#')
  if (/^\w+=[^&=]*&|^(code|state|error)=/.test(beforeFragment)) return beforeFragment
  const start = beforeFragment.indexOf('?')
  if (start !== -1) return beforeFragment.slice(start + 1)
  return beforeFragment.includes('://') ? '' : undefined
}

function redirectWith(parameters: URLSearchParams, { redirectUri }: OpenRequest): URL {
  return new URL(`${redirectUri}?${parameters}`)
}
