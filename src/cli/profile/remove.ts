import { AuthcliError } from '../../errors.js'
import type { CommandContext } from '../command-context.js'
import { type Profile, withoutProfile } from '../configuration.js'
import { logOut } from '../logout.js'
import { openSessionEdges, type SessionEdges, storeOfProfile } from '../session-edges.js'
import { requireProfile } from './use.js'

/**
 * Ends the login of a profile, as a logout does, and forgets the profile. A session that its store does not
 * let go of keeps its profile: without it nobody would find the session again.
 * @throws AuthcliError USAGE when there is no such profile; whatever a logout throws.
 */
export async function removeProfile(context: CommandContext, name: string): Promise<void> {
  const { configurationFile, talk } = context
  const before = await configurationFile.read()
  const profile = requireProfile(before, name)
  const edges = openSessionEdges(context)
  if (profile.account !== undefined) await logOut(context, edges, { name, profile })
  await forget(context, edges, name, profile)

  const { bold, dim, green } = talk.style
  talk.say(`${green('✓')} removed the profile ${bold(name)}`)
  if (before.current !== name) return
  const { current, profiles } = await configurationFile.read()
  if (profiles.has(current)) talk.say(dim(`  The current profile is ${current} now.`))
  else if (profiles.size > 0) talk.insist('choose a current profile with `authcli profile use NAME`')
}

/** Under the lock of the session, so that nobody who logs in meanwhile loses what they stored. */
async function forget(
  { configurationFile }: CommandContext,
  { lock, openStore }: SessionEdges,
  name: string,
  profile: Profile,
): Promise<void> {
  await lock.hold([openStore(storeOfProfile(name, profile)).slot], () =>
    configurationFile.update(lock, (configuration) => {
      if (configuration.profiles.get(name)?.account === undefined) return withoutProfile(configuration, name)
      throw new AuthcliError('STORE_FAILED', `somebody has logged in to the profile ${name} meanwhile`, {
        hint: `run \`authcli profile remove ${name}\` again`,
      })
    }),
  )
}
