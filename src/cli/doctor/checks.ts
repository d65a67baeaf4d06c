import { AuthcliError } from '../../errors.js'
import type { CommandContext } from '../command-context.js'
import { EMPTY_CONFIGURATION, type Profile } from '../configuration.js'
import { openSessionEdges } from '../session-edges.js'
import { chooseProfile, variable } from '../settings.js'
import { withAnswerLimit } from './answer-limit.js'
import { browserCheck } from './browser.js'
import { broken, type Check, type Outcome, ok, unchecked } from './check.js'
import { loopbackChecks } from './loopback.js'
import { networkChecks } from './network.js'
import type { KnownPlaces } from './public-text.js'
import { keychainCheck, lockCheck } from './session.js'
import { certificatesCheck, proxyCheck } from './way-out.js'

const LIMIT_SECONDS = 1

const ANSWER_LIMIT_SECONDS = 10

/** Prepares every check of `doctor`, in the order of the report. Looks at nothing but the configuration. */
export async function prepareChecks(context: CommandContext): Promise<Check[]> {
  const { env } = context.dependencies
  const { outcome, profile } = await readProfile(context)
  const places: KnownPlaces = {
    issuer: variable(env, 'AUTHCLI_ISSUER') ?? profile?.issuer,
    api: variable(env, 'AUTHCLI_API') ?? profile?.api,
  }
  const edges = openSessionEdges(context)
  const http = withAnswerLimit(edges.http, ANSWER_LIMIT_SECONDS)
  return [
    { name: 'versions', limitSeconds: LIMIT_SECONDS, look: () => versions(context) },
    { name: 'configuration', limitSeconds: LIMIT_SECONDS, look: () => outcome },
    ...networkChecks({ http }, places, context.dependencies.now),
    proxyCheck(places, env),
    certificatesCheck({ http }, places, env),
    keychainCheck(context, profile),
    lockCheck(edges, context.dependencies),
    ...loopbackChecks(),
    browserCheck(context.dependencies),
  ]
}

function versions({ dependencies }: CommandContext): Outcome {
  const { version, nodeVersion, platform, systemRelease, architecture } = dependencies
  // Behind its digits a kernel's release may name whoever built it.
  const [release = ''] = /^\d+(\.\d+)*/.exec(systemRelease) ?? []
  return ok(`authcli ${version}, Node ${nodeVersion}, ${platform} ${release} ${architecture}`)
}

/** The texts of the errors of a configuration hold paths and names: none of them is passed on. */
async function readProfile(
  context: CommandContext,
): Promise<{ outcome: Outcome; profile: Profile | undefined }> {
  const { profileFlag, configurationFile, dependencies } = context
  try {
    const configuration = await configurationFile.read()
    const { profile } = chooseProfile(profileFlag, dependencies.env, configuration)
    if (configuration === EMPTY_CONFIGURATION) {
      return { outcome: unchecked('there is none yet: nobody has logged in'), profile }
    }
    const loggedIn = profile?.account === undefined ? 'nobody is logged in' : 'somebody is logged in'
    const says = profile === undefined ? 'the profile is not in it: nobody has logged in' : loggedIn
    return { outcome: profile === undefined ? unchecked(says) : ok(says), profile }
  } catch (error) {
    if (!(error instanceof AuthcliError)) throw error
    const outcome = broken("can't be used", '`authcli status` says what is wrong with it')
    return { outcome, profile: undefined }
  }
}
