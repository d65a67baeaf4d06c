import { AuthcliError } from '../errors.js'
import { settleCopies } from '../session/settle-copies.js'
import type { CommandContext } from './command-context.js'
import type { Profile, StoreKind } from './configuration.js'
import { openSessionEdges, storeOfProfile } from './session-edges.js'

/**
 * Ends the move of a profile's session that somebody was killed in the middle of. What can't be ended now is
 * told, and holds nobody up: the session is where the profile says.
 * @param leftover where a copy of the session may lie
 */
export async function finishMove(
  context: CommandContext,
  name: string,
  profile: Profile,
  leftover: StoreKind,
): Promise<void> {
  const { configurationFile, trace, talk, interruption } = context
  const { lock, openStore } = openSessionEdges(context)
  const here = openStore(storeOfProfile(name, profile))
  // However the copy was to be kept: it is only read, and removed.
  const there = openStore({ kind: leftover, profile: name, issuer: profile.issuer, insecurePlaintext: true })
  const isOpen = async () => {
    const now = (await configurationFile.read()).profiles.get(name)
    return now?.issuer === profile.issuer && now.store === profile.store && now.leftover === leftover
  }
  const finish = () =>
    configurationFile.updateProfile(lock, name, (now = profile) => {
      const { leftover: _, ...rest } = now
      return rest
    })
  try {
    await interruption.holdBack(() => settleCopies({ here, there, lock, trace, isOpen, finish }))
  } catch (error) {
    if (!(error instanceof AuthcliError)) throw error
    talk.warn(
      `a copy of the session may still be in ${there.place}, from a move that was cut off: ${error.message}`,
    )
  }
}
