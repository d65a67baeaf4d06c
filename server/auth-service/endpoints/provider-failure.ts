import type { FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import { type Interaction, interactionPath, startPath } from '../browser/interaction.js'
import { PageError, type Problem } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { ProviderError, type ProviderFault } from '../providers/provider.js'

const PROBLEMS: Readonly<Record<ProviderFault, Problem>> = {
  refused: 'provider-refused',
  unreachable: 'provider-unreachable',
  wrong: 'provider-wrong',
  stale: 'provider-stale',
}

/** Nothing that we write ourselves is longer; what comes from elsewhere is cut. */
const MAX_TEXT_CHARACTERS = 500

/** A sign-in at a provider, as far as it is known when it fails. */
export interface FailedSignIn {
  /** The name in the address, which may be anybody's. */
  provider: string
  label?: string
  interaction?: Interaction
  clientId?: string | undefined
  accountId?: string
}

/** Writes down that a sign-in at a provider came to nothing, and exactly why. */
export function auditFailure(request: FastifyRequest, failed: FailedSignIn & { reason: string }): void {
  const { provider, interaction, clientId, accountId, reason } = failed
  audit(request.log, 'provider-sign-in-failed', {
    interactionId: interaction?.id,
    accountId,
    clientId,
    provider: provider.slice(0, MAX_TEXT_CHARACTERS),
    source: request.ip,
    reason: reason.slice(0, MAX_TEXT_CHARACTERS),
  })
}

/**
 * The same, and the error page for it, from which the person goes on to the other ways in, or back to where they wanted
 * to link the provider.
 */
export function providerFailure(
  context: Pick<Context, 'settings'>,
  request: FastifyRequest,
  problem: Problem,
  failed: FailedSignIn & { reason: string },
): PageError {
  const { label, interaction, reason } = failed
  auditFailure(request, failed)
  return new PageError(problem, {
    reason,
    ...(label !== undefined && { providerLabel: label }),
    ...(interaction !== undefined && { goOnAt: wayBack(context, interaction) }),
  })
}

/** Gives what the provider said or did as such an error; anything else is no fault of a provider. */
export function failureOfProvider(
  context: Pick<Context, 'settings'>,
  request: FastifyRequest,
  error: unknown,
  failed: FailedSignIn,
): unknown {
  if (!(error instanceof ProviderError)) return error
  const reason = `${error.step}: ${error.message}`
  return providerFailure(context, request, PROBLEMS[error.fault], { ...failed, reason })
}

/** Where a person goes on after a sign-in at a provider that came to nothing. */
export function wayBack(context: Pick<Context, 'settings'>, interaction: Interaction): string {
  return interaction.linkToAccountId === undefined
    ? interactionPath(context, 'signIn', interaction)
    : startPath(context, interaction)
}
