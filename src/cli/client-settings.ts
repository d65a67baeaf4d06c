import { canonicalResource } from '../discovery/resource-identifier.js'
import { parseScope } from '../discovery/scope.js'
import { AuthcliError } from '../errors.js'
import type { ClientLogin } from '../session/client-credentials.js'
import type { Profile } from './configuration.js'
import { variable } from './settings.js'

/** The flags that say of a client what the environment may say too. */
export interface ClientFlags {
  api?: string
  issuer?: string
  clientId?: string
  scope?: string
}

/**
 * Settles how a client logs in: its secret is in `AUTHCLI_CLIENT_SECRET`, and nowhere else, so that it is never seen
 * among the arguments; the rest comes from flags, then the environment, then the profile.
 * @returns undefined when there is no secret
 * @throws AuthcliError USAGE that says what to set.
 */
export function settleClient(
  flags: ClientFlags,
  env: Readonly<Record<string, string | undefined>>,
  profile: Profile | undefined,
): ClientLogin | undefined {
  const clientSecret = variable(env, 'AUTHCLI_CLIENT_SECRET')
  if (clientSecret === undefined) return undefined
  const resource = canonicalResource(flags.api ?? variable(env, 'AUTHCLI_API') ?? profile?.api)
  if (typeof resource !== 'string') {
    throw new AuthcliError('USAGE', 'AUTHCLI_CLIENT_SECRET is set, and no API to use it for is known', {
      hint: 'set AUTHCLI_API to the address of the API, for example https://api.example.com',
    })
  }
  const remembered = profile?.api === resource ? profile : undefined
  const ownId = remembered?.grant === 'client_credentials' ? remembered.clientId : undefined
  const clientId = flags.clientId ?? variable(env, 'AUTHCLI_CLIENT_ID') ?? ownId
  if (clientId === undefined) {
    throw new AuthcliError('USAGE', 'AUTHCLI_CLIENT_SECRET is set, and AUTHCLI_CLIENT_ID is not', {
      hint: 'set both; or neither, to use the login of a person',
    })
  }
  const issuer = flags.issuer ?? variable(env, 'AUTHCLI_ISSUER') ?? remembered?.issuer
  const scope = readScope(flags.scope ?? variable(env, 'AUTHCLI_SCOPE'))
  return {
    clientId,
    clientSecret,
    resource,
    ...(issuer !== undefined && { issuer }),
    ...(scope !== undefined && { scope }),
  }
}

function readScope(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  const scope = parseScope(text)
  if (scope !== undefined && scope.length > 0) return scope
  throw new AuthcliError('USAGE', `${JSON.stringify(text)} is no scope`, {
    hint: "separate scopes with spaces, for example `--scope 'items:read items:write'`",
  })
}
