import { type Interaction, interactionPath, providerStartPath } from '../browser/interaction.js'
import { offeredWays } from '../checks/offered-ways.js'
import type { Context } from '../context.js'
import type { SignInPage } from '../pages/sign-in-page.js'
import { listProviders } from '../store/providers.js'

/** The ways in that a sign-in page offers, each with where it leads; and the identity that the next password links. */
export async function findOfferedSignIns(
  context: Pick<Context, 'settings' | 'store'>,
  { typed: _typed, ...interaction }: Interaction,
): Promise<Pick<SignInPage, 'providers' | 'takesPasswords' | 'unlinked'>> {
  const registered = await listProviders(context.store.read)
  const { providers, takesPasswords } = offeredWays(registered)
  const { unlinked, ...unlinking } = interaction
  const label = registered.find(({ name }) => name === unlinked?.provider)?.label
  return {
    takesPasswords,
    providers: providers.map(({ name, label, kind }) => ({
      label,
      kind,
      href: providerStartPath(context, name, unlinking),
    })),
    ...(unlinked !== undefined &&
      label !== undefined &&
      takesPasswords && {
        unlinked: {
          shownAs: unlinked.shownAs,
          label,
          withoutHref: interactionPath(context, 'signIn', unlinking),
        },
      }),
  }
}
