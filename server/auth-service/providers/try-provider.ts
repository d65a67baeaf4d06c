import type { RegisteredProvider } from '../store/providers.js'
import { gitHubTrials } from './github-trial.js'
import { openIdConnectTrials, type TrialDependencies } from './open-id-connect-trial.js'
import { type TriedStep, tryInTurn } from './provider-trial.js'

/** Tries the way to a provider step by step, up to the first that fails. */
export function tryProvider(
  dependencies: TrialDependencies,
  registered: RegisteredProvider,
): AsyncGenerator<TriedStep, void, undefined> {
  const trials = registered.kind === 'github' ? gitHubTrials : openIdConnectTrials
  return tryInTurn(trials(dependencies, registered))
}
