import { OAuthError } from '../oauth-error.js'
import type { Client } from '../store/clients.js'
import type { Prompt } from './prompt.js'

/** What an authorization request says about asking the person. */
export interface StepRequest {
  client: Pick<Client, 'kind' | 'secretHash'>
  prompts: ReadonlySet<Prompt>
  maxAgeSeconds: number | undefined
  hintedAccountId: string | undefined
  /** The provider that the person wants to sign in at. */
  provider: string | undefined
}

/** What is known about the browser that it came from. Instants are epoch milliseconds. */
export interface StepState {
  person: { accountId: string; authenticatedAt: number } | undefined
  /** Whether the person has signed in since the request began. */
  isSignedInSince: boolean
  /** Whether the person has allowed this client all of this before. */
  isAllowedBefore: boolean
  now: number
}

export type NextStep = 'sign-in' | 'consent' | 'code'

/**
 * What the person has to do before the client gets its code.
 *
 * @throws OAuthError where the person may not be asked, or has signed in as somebody else than the client meant.
 * @see OpenID Connect Core §3.1.2.1, §3.1.2.3, §3.1.2.4
 */
export function nextStep(request: StepRequest, state: StepState): NextStep {
  const isSilent = request.prompts.has('none')
  const signInReason = whySignIn(request, state)
  if (signInReason !== undefined) {
    if (isSilent) throw new OAuthError('login_required', signInReason)
    // Asked once is enough: somebody who signed in as the wrong person would go round in circles.
    if (state.isSignedInSince && state.person !== undefined)
      throw new OAuthError('login_required', signInReason)
    return 'sign-in'
  }
  if (isSilent) {
    if (!state.isAllowedBefore) throw new OAuthError('consent_required', 'the person has not allowed this')
    if (isPublicNative(request)) {
      throw new OAuthError('interaction_required', 'a native client gets nothing without the person')
    }
    return 'code'
  }
  const isAsked =
    request.prompts.has('consent') || (request.prompts.has('select_account') && !state.isSignedInSince)
  return state.isAllowedBefore && !isAsked && !isPublicNative(request) ? 'code' : 'consent'
}

function whySignIn(request: StepRequest, { person, isSignedInSince, now }: StepState): string | undefined {
  if (person === undefined) return 'nobody is signed in'
  if (request.hintedAccountId !== undefined && request.hintedAccountId !== person.accountId) {
    return 'somebody else is signed in than id_token_hint says'
  }
  if (isSignedInSince) return undefined
  // Of a silent request, it says what to do if nobody were signed in.
  if (request.provider !== undefined && !request.prompts.has('none')) return 'a provider is named'
  if (request.prompts.has('login')) return 'the client wants a new sign-in'
  const { maxAgeSeconds } = request
  // 0 is the same as prompt=login, even within the millisecond of the last sign-in.
  const isTooOld =
    maxAgeSeconds !== undefined &&
    (maxAgeSeconds === 0 || now - person.authenticatedAt > maxAgeSeconds * 1000)
  return isTooOld ? 'the last sign-in is older than max_age' : undefined
}

// Any program on the machine can pretend to be this client, so each login takes a gesture (RFC 8252 §8.6).
function isPublicNative({ client }: StepRequest): boolean {
  return client.kind === 'native' && client.secretHash === null
}
