import type { RegisteredProvider } from '../store/providers.js'
import { authorizationUrl, gitHubConfiguration } from './github.js'
import { gitHubApi } from './github-addresses.js'
import type { TrialDependencies } from './open-id-connect-trial.js'
import { authorizationTrial, clientTrial, failed, nameTrial, type Trial } from './provider-trial.js'

/** The way to GitHub, as far as it goes without a person. */
export function gitHubTrials(
  { http, clientSecret, redirectUri }: TrialDependencies,
  registered: RegisteredProvider,
): Trial[] {
  const configuration = gitHubConfiguration(registered, http, clientSecret)
  const api = gitHubApi(registered.issuer)
  const request = { redirectUri, state: 's', nonce: 'n', codeVerifier: 'v'.repeat(43) }
  return [
    nameTrial(registered.issuer),
    {
      step: 'api',
      hint: `${api} has to be reached from here, and to be an API of GitHub`,
      async run() {
        const response = await http.fetch(`${api}/user`, { method: 'GET', headers: {} })
        // Nobody is signed in.
        if (response.status === 401) return { detail: `${api} answers` }
        throw failed(`${api} answered with the status ${response.status}, and not with 401`)
      },
    },
    clientTrial(async () => configuration, redirectUri),
    authorizationTrial(
      http,
      () => authorizationUrl(configuration, registered.scope, { ...request, startedAt: 0, isFresh: false }),
      redirectUri,
    ),
  ]
}
