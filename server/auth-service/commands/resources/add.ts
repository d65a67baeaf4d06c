import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { canonicalResource } from '../../checks/resource.js'
import { OWN_SCOPES, parseScope } from '../../checks/scope.js'
import type { Edges } from '../../edges.js'
import { isLoopbackHost } from '../../loopback.js'
import { OperatorError } from '../../operator-error.js'
import { findResource, putResource } from '../../store/resources.js'
import { createClientSecret, hashClientSecret } from '../../tokens/client-secrets.js'
import { printCredentials } from '../credentials.js'
import { withDatabaseOptions, withStoreAndSecret } from '../database.js'

interface Flags {
  scopes: string
  replace?: true
  json?: true
}

/** `resources add URL --scopes …`: prints the credentials with which the API asks about tokens: once. */
export function registerResourcesAdd(resources: Command, edges: Edges): void {
  const command = resources
    .command('add')
    .description('register an API; prints its introspection credentials once')
    .argument('<url>', 'its resource identifier: the URL that clients know it by')
    .requiredOption(
      '--scopes <names>',
      'what may be allowed there, in one argument: "items:read items:write"',
    )
    .option('--replace', 'give an API that is registered already new scopes and credentials')
    .option('--json', 'print JSON')
    .action((url: string, flags: Flags, command: Command) =>
      withStoreAndSecret(edges, command, async (store, secret) => {
        const resource = {
          url: resourceUrl(url),
          scopes: resourceScopes(flags.scopes),
          introspectionClientId: `resource-${randomBytes(8).toString('hex')}`,
          createdAt: edges.now(),
        }
        const clientSecret = createClientSecret()
        const introspectionSecretHash = hashClientSecret(secret, clientSecret)
        await store.write(async (transaction) => {
          if (!flags.replace && (await findResource(transaction, resource.url))) {
            throw new OperatorError(`${resource.url} is registered already`, {
              hint: 'with --replace it gets new scopes and credentials, and the old ones end',
            })
          }
          await putResource(transaction, { ...resource, introspectionSecretHash })
        })
        printCredentials(
          edges,
          { clientId: resource.introspectionClientId, clientSecret },
          flags.json === true,
        )
      }),
    )
  withDatabaseOptions(command)
}

function resourceUrl(value: string): string {
  const canonical = canonicalResource(value)
  if (canonical === undefined) throw new OperatorError('a resource is an absolute URL without a fragment')
  const { protocol, hostname } = new URL(canonical)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname))) {
    throw new OperatorError('a resource is an https URL; http is for loopback addresses')
  }
  return canonical
}

function resourceScopes(value: string): string[] {
  try {
    const scopes = parseScope(value.trim())
    const own = scopes.find((scope) => (OWN_SCOPES as readonly string[]).includes(scope))
    if (own === undefined) return scopes
    throw new OperatorError(`the scope ${own} belongs to the AuthService itself`)
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw new OperatorError('--scopes is a list of names with one space between them', { cause: error })
  }
}
