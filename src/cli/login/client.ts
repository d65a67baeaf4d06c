import { AuthcliError } from '../../errors.js'
import { createClientTokens } from '../../session/client-credentials.js'
import { type ClientFlags, settleClient } from '../client-settings.js'
import type { CommandContext } from '../command-context.js'
import type { Profile } from '../configuration.js'
import { openSessionEdges } from '../session-edges.js'
import { chooseProfile } from '../settings.js'
import { visibleText } from '../visible-text.js'
import { endLoginElsewhere } from './elsewhere.js'

/**
 * Logs in a service: gets a token with the secret in the environment, to see that it works, and remembers everything
 * but the secret and the token, so that the commands after it need nothing but the secret.
 * @throws AuthcliError USAGE; NOT_LOGGED_IN when the secret is missing or not accepted; and like `createClientTokens`.
 */
export async function logInAsClient(context: CommandContext, flags: ClientFlags): Promise<void> {
  const { env, now } = context.dependencies
  const { talk, trace, configurationFile, profileFlag } = context
  const { name, profile } = chooseProfile(profileFlag, env, await configurationFile.read())
  const login = settleClient(flags, env, profile)
  if (login === undefined) {
    throw new AuthcliError('NOT_LOGGED_IN', 'there is no secret to log in with', {
      hint: 'set AUTHCLI_CLIENT_SECRET; it is read from the environment only',
    })
  }
  await configurationFile.prepare()
  const edges = openSessionEdges(context)
  const token = await createClientTokens({ http: edges.http, now, trace }, login).fetch()
  let before: Profile | undefined
  await configurationFile.updateProfile(edges.lock, name, (existing) => {
    before = existing
    return {
      api: login.resource,
      issuer: token.issuer,
      clientId: login.clientId,
      scope: token.scope,
      store: 'none',
      refreshEarly: existing?.refreshEarly ?? true,
      grant: 'client_credentials',
    }
  })
  await endLoginElsewhere(context, edges, name, before, { issuer: token.issuer, store: 'none' })
  const { green, dim } = talk.style
  talk.say(`${green('✓')} ${visibleText(login.clientId)} can log in to ${login.resource}`)
  talk.say(dim('  Nothing is stored: commands need AUTHCLI_CLIENT_SECRET, each time.'))
}
