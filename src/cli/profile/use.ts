import { AuthcliError } from '../../errors.js'
import type { CommandContext } from '../command-context.js'
import { type Configuration, isProfileName, type Profile } from '../configuration.js'
import { openSessionEdges } from '../session-edges.js'
import { variable } from '../settings.js'
import { visibleText } from '../visible-text.js'

/**
 * Makes a profile the current one: the one of commands that name none.
 * @throws AuthcliError USAGE when there is no such profile.
 */
export async function switchToProfile(context: CommandContext, name: string): Promise<void> {
  const { configurationFile, dependencies, talk } = context
  requireProfile(await configurationFile.read(), name)
  const { lock } = openSessionEdges(context)
  await configurationFile.update(lock, (configuration) => {
    requireProfile(configuration, name)
    return { ...configuration, current: name }
  })
  const { bold, dim, green } = talk.style
  const { api, account } = requireProfile(await configurationFile.read(), name)
  talk.say(`${green('✓')} the current profile is ${bold(name)}`)
  talk.say(dim(`  ${visibleText(account ?? 'nobody is logged in')}, at ${api}`))
  const chosen = variable(dependencies.env, 'AUTHCLI_PROFILE')
  if (chosen !== undefined && chosen !== name) {
    talk.warn('AUTHCLI_PROFILE is set: it counts more than the current profile')
  }
}

/** @throws AuthcliError USAGE when there is no such profile. */
export function requireProfile({ profiles }: Configuration, name: string): Profile {
  const profile = profiles.get(name)
  if (profile !== undefined) return profile
  const shown = isProfileName(name) ? name : JSON.stringify(name)
  throw new AuthcliError('USAGE', `there is no profile ${shown}`, {
    hint:
      profiles.size === 0
        ? 'make one with `authcli login --profile NAME --api URL`'
        : 'see `authcli profile list`, or make it with `authcli login --profile NAME --api URL`',
  })
}
