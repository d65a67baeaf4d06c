import { offeredWays } from '../checks/offered-ways.js'
import type { Context } from '../context.js'
import { listProviders, type RegisteredProvider } from '../store/providers.js'

/** The provider of this name, if people may sign in there: one that is not, for another is the only way in, is none. */
export async function findOfferedProvider(
  { store }: Pick<Context, 'store'>,
  name: string,
): Promise<RegisteredProvider | undefined> {
  const { providers } = offeredWays(await listProviders(store.read))
  return providers.find((provider) => provider.name === name)
}
