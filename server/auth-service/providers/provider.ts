import type { RegisteredProvider } from '../store/providers.js'

/** Another service at which people sign in: an OpenID Connect provider, or one that speaks a dialect of its own. */
export interface Provider {
  /**
   * Where the browser is sent.
   * @throws ProviderError when the provider can't be asked where that is.
   */
  authorizationUrl(request: ProviderRequest): Promise<URL>

  /**
   * Whom the answer names.
   * @param callback the URL that the browser came back to, with its query.
   * @throws ProviderError for everything that the provider refuses, says wrongly, or doesn't say in time.
   */
  identify(request: ProviderRequest, callback: URL): Promise<ProvenIdentity>
}

/** Makes what speaks to a provider. Nothing is asked and nothing decrypted before it is used. */
export type OpenProvider = (registered: RegisteredProvider) => Provider

/** One sign-in at a provider; the same values before and after. */
export interface ProviderRequest {
  /** Ours, and of this provider only. */
  redirectUri: string
  state: string
  nonce: string
  codeVerifier: string
  /** When the browser was sent there; epoch milliseconds. */
  startedAt: number
  /** Whether the person has to prove who they are anew, and not only to be signed in there already. */
  isFresh: boolean
}

/** Somebody, as a provider has proven. */
export interface ProvenIdentity {
  /** With the subject, what the identity is known by. */
  issuer: string
  subject: string
  name: string | undefined
  email: string | undefined
  /** Whether the provider says that it has checked the address; anything but a clear yes is no. */
  isEmailVerified: boolean
  /** What rules are made of: claims that are text, a list of texts, a number or a flag. */
  claims: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

/** In which step a sign-in at a provider ended. */
export type ProviderStep = 'discovery' | 'authorization' | 'token' | 'identity'

/**
 * Who has to do something about it: the person said no; try again later; the operator has to look at the log; or the
 * person has to take another way in, because this provider doesn't prove that somebody has just been there.
 */
export type ProviderFault = 'refused' | 'unreachable' | 'wrong' | 'stale'

/** A sign-in that a provider didn't bring to its end. The message is for the log, and holds no secret. */
export class ProviderError extends Error {
  readonly step: ProviderStep
  readonly fault: ProviderFault

  constructor(step: ProviderStep, fault: ProviderFault, reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause })
    this.name = 'ProviderError'
    this.step = step
    this.fault = fault
  }
}
