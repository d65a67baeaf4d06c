import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { type ClientRegistration, whyNotRegistrableClient } from '../../checks/client-registration.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { findAccount } from '../../store/accounts.js'
import { findClient, insertClient } from '../../store/clients.js'
import { findResourceByClientId } from '../../store/resources.js'
import type { Writer } from '../../store/store.js'
import { createClientSecret, hashClientSecret } from '../../tokens/client-secrets.js'
import { printCredentials } from '../credentials.js'
import { withDatabaseOptions, withStoreAndSecret } from '../database.js'
import { deviceScopesOf } from './device-scopes.js'

interface Flags {
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
    .option('--json', 'print JSON')
    .action((name: string, flags: Flags, command: Command) =>
      withStoreAndSecret(edges, command, async (store, secret) => {
        const { confidential, ...client } = registrationOf(name, flags)
        const clientSecret = confidential ? createClientSecret() : undefined
        const secretHash = clientSecret === undefined ? null : hashClientSecret(secret, clientSecret)
        await store.write(async (transaction) => {
          await refuse(transaction, { confidential, ...client })
          await insertClient(transaction, { ...client, secretHash, createdAt: edges.now() })
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
  return {
    id: flags.id ?? randomBytes(12).toString('hex'),
    name,
    kind: flags.web ? 'web' : 'native',
    confidential: flags.web === true && flags.public === undefined,
    redirectUris: flags.redirectUri ?? [],
    postLogoutRedirectUris: flags.postLogoutRedirectUri ?? [],
    requirePkce: flags.requirePkce,
    idTokenSignedResponseAlg: idTokenAlg,
    deviceScopes: flags.device || flags.deviceScopes ? deviceScopesOf(flags.deviceScopes) : null,
  }
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
