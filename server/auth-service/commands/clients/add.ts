import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { type ClientRegistration, whyNotRegistrableClient } from '../../checks/client-registration.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { findAccount } from '../../store/accounts.js'
import { insertClientAccess } from '../../store/client-access.js'
import { findClient, insertClient } from '../../store/clients.js'
import { findResourceByClientId } from '../../store/resources.js'
import type { Writer } from '../../store/store.js'
import { createClientSecret, hashClientSecret } from '../../tokens/client-secrets.js'
import { printCredentials } from '../credentials.js'
import { withDatabaseOptions, withStoreAndSecret } from '../database.js'
import { type ClientAccessFlags, requireOfferedScope, wantedAccessOf } from './client-access.js'
import { deviceScopesOf } from './device-scopes.js'

interface Flags extends ClientAccessFlags {
  id?: string
  redirectUri?: string[]
  postLogoutRedirectUri?: string[]
  web?: true
  public?: true
  requirePkce: boolean
  idTokenAlg: string
  device?: true
  deviceScopes?: string
  json?: true
}

const EXAMPLES = `
Examples:
  $ auth-service clients add 'My app' --redirect-uri http://127.0.0.1/callback
  $ auth-service clients add 'My site' --web --redirect-uri https://www.example.org/callback
  $ auth-service clients add 'Nightly build' --client-credentials \\
      --resource https://api.example.org --scopes 'items:read'`

/** `clients add NAME`: prints the client id and, for a confidential client, its secret: once. */
export function registerClientsAdd(clients: Command, edges: Edges): void {
  const command = clients
    .command('add')
    .description('register a program; prints its credentials once')
    .argument('<name>', 'what people see when they are asked to allow it')
    .option('--redirect-uri <uri...>', 'where answers may go; repeat it for more')
    .option('--post-logout-redirect-uri <uri...>', 'where a browser may go after signing out')
    .option('--id <id>', 'the client id (default: a random one)')
    .option('--web', 'a web application with a server that keeps a secret; without it, a native program')
    .option('--public', 'with --web: one that runs in the browser and keeps no secret')
    .option('--no-require-pkce', 'let a confidential client come without PKCE')
    .option('--id-token-alg <alg>', 'ES256 or RS256', 'ES256')
    .option('--device', 'let it log people in on devices without a browser')
    .option('--device-scopes <names>', 'as --device, for these scopes only, in one argument')
    .option('--client-credentials', 'a service that acts for itself: it gets a secret, and logs nobody in')
    .option('--resource <url>', 'with --client-credentials: the API that it may call')
    .option('--scopes <names>', 'with --client-credentials: what it may do there, in one argument')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((name: string, flags: Flags, command: Command) =>
      withStoreAndSecret(edges, command, async (store, secret) => {
        const { confidential, ...client } = registrationOf(name, flags)
        const wanted = wantedAccessOf(flags)
        const clientSecret = confidential ? createClientSecret() : undefined
        const secretHash = clientSecret === undefined ? null : hashClientSecret(secret, clientSecret)
        await store.write(async (transaction) => {
          await refuse(transaction, { confidential, ...client })
          await insertClient(transaction, { ...client, secretHash, createdAt: edges.now() })
          if (wanted === undefined) return
          const { resource } = wanted
          const scope = await requireOfferedScope(transaction, wanted)
          await insertClientAccess(transaction, {
            clientId: client.id,
            resource,
            scope,
            createdAt: edges.now(),
          })
        })
        printCredentials(edges, { clientId: client.id, clientSecret }, flags.json === true)
      }),
    )
  withDatabaseOptions(command)
}

function registrationOf(name: string, flags: Flags): ClientRegistration {
  const { idTokenAlg } = flags
  if (idTokenAlg !== 'ES256' && idTokenAlg !== 'RS256') {
    throw new OperatorError('--id-token-alg must be ES256 or RS256')
  }
  if (flags.clientCredentials && (flags.web || flags.public)) {
    throw new OperatorError('--client-credentials is for a service, and not for --web or --public')
  }
  return {
    id: flags.id ?? randomBytes(12).toString('hex'),
    name,
    kind: kindOf(flags),
    confidential: flags.clientCredentials === true || (flags.web === true && flags.public === undefined),
    redirectUris: flags.redirectUri ?? [],
    postLogoutRedirectUris: flags.postLogoutRedirectUri ?? [],
    requirePkce: flags.requirePkce,
    idTokenSignedResponseAlg: idTokenAlg,
    deviceScopes: flags.device || flags.deviceScopes ? deviceScopesOf(flags.deviceScopes) : null,
  }
}

function kindOf({ clientCredentials, web }: Flags): ClientRegistration['kind'] {
  if (clientCredentials) return 'service'
  return web ? 'web' : 'native'
}

// In the transaction that adds it, so that nobody takes the id in between.
async function refuse(db: Writer, client: ClientRegistration): Promise<void> {
  const reason = whyNotRegistrableClient(client, {
    isClient: (await findClient(db, client.id)) !== undefined,
    isAccount: (await findAccount(db, client.id)) !== undefined,
    isResourceCredential: (await findResourceByClientId(db, client.id)) !== undefined,
  })
  if (reason !== undefined) throw new OperatorError(reason)
}
