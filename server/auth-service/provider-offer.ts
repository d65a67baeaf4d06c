import { offeredWays } from './checks/offered-ways.js'
import { listProviders, type RegisteredProvider } from './store/providers.js'
import type { Reader } from './store/store.js'

/** The provider of this name, if people may sign in there: one that is not, for another is the only way in, is none. */
export async function findOfferedProvider(db: Reader, name: string): Promise<RegisteredProvider | undefined> {
  const { providers } = offeredWays(await listProviders(db))
  return providers.find((provider) => provider.name === name)
}
