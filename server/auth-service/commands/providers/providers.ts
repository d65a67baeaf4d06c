import type { Command } from 'commander'
import type { Edges } from '../../edges.js'
import { registerProvidersAdd } from './add.js'
import { registerProvidersList } from './list.js'
import { registerProvidersOnlyWay } from './only-way.js'
import { registerProvidersRemove } from './remove.js'
import { registerProvidersSetSecret } from './set-secret.js'
import { registerProvidersTest } from './try-out.js'

/** `auth-service providers …`: other services at which people sign in. */
export function registerProviders(program: Command, edges: Edges): void {
  const providers = program.command('providers').description('other services at which people sign in')
  registerProvidersAdd(providers, edges)
  registerProvidersList(providers, edges)
  registerProvidersOnlyWay(providers, edges)
  registerProvidersRemove(providers, edges)
  registerProvidersSetSecret(providers, edges)
  registerProvidersTest(providers, edges)
}
