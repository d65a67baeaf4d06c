import { Command } from 'commander'
import { AuthcliError, type ErrorCode } from '../../errors.js'
import { readDeviceName } from '../../login/device-name.js'
import type { RevocationOutcome } from '../../session/revocation.js'
import type { Session } from '../../session/session.js'
import { sentenceOf } from '../../session/set-aside.js'
import type { CommandContext, GlobalFlags, OpenContext } from '../command-context.js'
import { loginCommandLine } from '../command-line.js'
import type { Profile } from '../configuration.js'
import { displayName } from '../display-name.js'
import { finishMove } from '../finish-move.js'
import { readCount } from '../read-count.js'
import { openSessionEdges, type SessionEdges } from '../session-edges.js'
import { type LoginFlags, type LoginSettings, settleLogin, variable } from '../settings.js'
import { storeOption } from '../store-option.js'
import { endLoginElsewhere } from './elsewhere.js'
import { sayLoggedIn } from './login-talk.js'
import { endLoginNotKept, sayNotKept } from './not-kept.js'
import { detectSurroundings, type Surroundings } from './surroundings.js'
import { wayOfLogin } from './way-of-login.js'

type Flags = GlobalFlags &
  LoginFlags & {
    browser: boolean
    provider?: string
    deviceName?: string | false
    device?: true
    clientCredentials?: true
    timeout?: number
  }

/** Time for a password manager and a second factor, and an end for a tab that was forgotten. */
const DEFAULT_TIMEOUT_SECONDS = 300
const MAX_TIMEOUT_SECONDS = 3600

/** What an API is asked for without a token, to see where it sends people to log in. */
const FIRST_PATH = 'items'

const ISSUER_GONE: readonly ErrorCode[] = ['DISCOVERY_FAILED', 'AUTH_SERVICE_UNREACHABLE']

const EXAMPLES = `
Examples:
  $ authcli login --api https://api.example.com
  $ authcli login                                  again, to the same API
  $ authcli login --profile work --api https://api.example.com
  $ authcli login --scope 'items:read items:write'
  $ authcli login --provider github                sign in there, as the AuthService calls it
  $ authcli login --no-browser                     print the address, open nothing
  $ authcli login --device                         show a code to enter on a phone
  $ authcli login --store file                     sealed under AUTHCLI_STORE_KEY
  $ authcli login --store none                     to see that it works, and keep nothing

While it waits, the address that a browser elsewhere ends at can be pasted, and Enter shows a
code for another device. Over SSH, or without a display, the code is shown at once.

Without a terminal nobody is waited for: the exit code is 4, unless --device, --no-browser or
--timeout says that somebody will do what is printed.`

/** `authcli login` */
export function loginCommand(openContext: OpenContext): Command {
  return new Command('login')
    .description('log in through the browser')
    .option('--api <url>', 'the API to log in to; everything else is found from there')
    .option('--issuer <url>', 'the AuthService, where the API names none')
    .option('--client-id <id>', 'the OAuth client to log in as (default: authcli)')
    .option('--scope <scopes>', 'what to ask for (default: all that the API offers)')
    .addOption(
      storeOption('--store <kind>', 'where to keep the session, by default the keychain', [
        'keychain',
        'file',
        'none',
      ]),
    )
    .option('--insecure-plaintext', 'let the file store keep the session unsealed')
    .option('--provider <name>', 'go straight to where the AuthService lets people sign in, by its name')
    .option(
      '--device-name <name>',
      'what you will know this login by among yours (default: the name of this computer)',
    )
    .option('--no-device-name', 'tell the AuthService no name')
    .option('--no-browser', 'print the address, and open no browser')
    .option('--device', 'show a code to log in with on another device, and open no browser')
    .option('--client-credentials', 'log in a service, with the secret in AUTHCLI_CLIENT_SECRET')
    .option(
      '--timeout <seconds>',
      `how long to wait for you (default: ${DEFAULT_TIMEOUT_SECONDS})`,
      readCount(1, MAX_TIMEOUT_SECONDS),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (_flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      const context = openContext(flags)
      checkProviderFlag(flags)
      if (!flags.clientCredentials) return await logIn(context, flags)
      const { logInAsClient } = await import('./client.js')
      await logInAsClient(context, flags)
    })
}

/** A provider is where a browser goes; on a device without one the person chooses it on the page. */
function checkProviderFlag({ provider, device, clientCredentials }: Flags): void {
  if (provider === undefined) return
  const other = device ? '--device' : clientCredentials ? '--client-credentials' : undefined
  if (other !== undefined) {
    throw new AuthcliError('USAGE', `--provider and ${other} exclude each other`, {
      hint: `leave one of them out${device ? '; the page where the code is entered offers the providers' : ''}`,
    })
  }
  if (!/^[\w.-]{1,100}$/.test(provider)) {
    const hint = 'ask who runs the AuthService; it is a short word such as `github`'
    throw new AuthcliError('USAGE', `${JSON.stringify(provider)} can't be the name of a provider`, { hint })
  }
}

async function logIn(context: CommandContext, flags: Flags): Promise<void> {
  const { env, now } = context.dependencies
  const surroundings = detectSurroundings(context.dependencies)
  const ways = wayOfLogin(surroundings, {
    noBrowserFlag: !flags.browser,
    timeoutFlag: flags.timeout !== undefined,
    deviceFlag: flags.device === true,
  })
  if (ways === 'refuse') throw nobodyIsThere(surroundings)
  const configuration = await context.configurationFile.read()
  const settings = settleLogin(flags, env, configuration)
  const { store, insecurePlaintext } = settings
  const deviceName = nameOfDevice(context, flags)
  const timeoutSeconds = flags.timeout ?? DEFAULT_TIMEOUT_SECONDS

  const { login } = await import('../../login/login.js')
  const edges = openSessionEdges(context)
  const profile = configuration.profiles.get(settings.profile)
  if (profile?.leftover !== undefined) await finishMove(context, settings.profile, profile, profile.leftover)
  let before: Profile | undefined
  let ended: RevocationOutcome | undefined
  const { api } = settings
  const isQuiet = flags.quiet === true
  const { loginPerson } = await import('./person.js')
  const person = loginPerson(context, { ways, surroundings, api, timeoutSeconds, isQuiet })
  const result = await login(
    {
      ...edges,
      now,
      trace: context.trace,
      signal: context.interruption.signal,
      holdBack: context.interruption.holdBack,
      openStore: (issuer) =>
        edges.openStore({
          kind: store,
          profile: settings.profile,
          issuer,
          insecurePlaintext,
          ...(profile !== undefined && { formerIssuer: profile.issuer }),
        }),
      ...person,
      prepareToRemember: () => context.configurationFile.prepare(),
      async remember(session) {
        before = await rememberLogin(context, edges, settings, session)
        if (store === 'none') ended = await endLoginNotKept(edges, session)
      },
      onSetAside: (setAside) => context.talk.warn(sentenceOf(setAside)),
    },
    {
      ...settings,
      ...(flags.provider !== undefined && { provider: flags.provider }),
      ...(deviceName !== undefined && { deviceName }),
      isIssuerOfPerson: isNamed(settings),
      firstPath: FIRST_PATH,
      timeoutSeconds,
    },
  ).catch((error: unknown) => {
    throw settings.isIssuerRemembered ? explainRememberedIssuer(error, settings) : error
  })
  if (store === 'none') sayNotKept(context.talk, settings, result.session, ended)
  else sayLoggedIn(context.talk, settings, result)
  await endLoginElsewhere(context, edges, settings.profile, before, { issuer: result.session.issuer, store })
  if (variable(env, 'AUTHCLI_TOKEN') !== undefined) {
    context.talk.warn('AUTHCLI_TOKEN is set: it is used instead of this login')
  }
}

/** Flag, then `AUTHCLI_DEVICE_NAME`, then what the system calls this computer. */
function nameOfDevice({ dependencies }: CommandContext, { deviceName }: Flags): string | undefined {
  if (deviceName === false) return undefined
  const name = deviceName ?? variable(dependencies.env, 'AUTHCLI_DEVICE_NAME') ?? dependencies.hostName()
  return readDeviceName(name)
}

function nobodyIsThere({ hasTerminal }: Surroundings): AuthcliError {
  const reason = hasTerminal ? 'CI is set' : 'this is not a terminal'
  return new AuthcliError('NOT_LOGGED_IN', `nobody is here to log in: ${reason}`, {
    hint: 'run `authcli login` in a terminal; or add `--device`, and enter the printed code elsewhere; or `--no-browser`, and open the printed address; or set AUTHCLI_TOKEN',
  })
}

/** Whether the person says themselves which AuthService it is. */
function isNamed({ issuer, isIssuerRemembered }: LoginSettings): boolean {
  return issuer !== undefined && !isIssuerRemembered
}

/** The AuthService that an API named once may be gone, and another one have taken its place. */
function explainRememberedIssuer(error: unknown, { profile, api }: LoginSettings): unknown {
  if (!(error instanceof AuthcliError) || !ISSUER_GONE.includes(error.code)) return error
  const commandLine = loginCommandLine(profile, { api })
  const hint = `try again; if the API has another AuthService now, run \`${commandLine}\``
  return new AuthcliError(error.code, error.message, { hint, cause: error })
}

/** Gives back what the profile was before. */
async function rememberLogin(
  context: CommandContext,
  edges: SessionEdges,
  settings: LoginSettings,
  session: Session,
): Promise<Profile | undefined> {
  let before: Profile | undefined
  await context.configurationFile.updateProfile(edges.lock, settings.profile, (profile) => {
    before = profile
    return {
      api: session.resource,
      issuer: session.issuer,
      clientId: session.clientId,
      scope: session.scope,
      store: settings.store,
      ...(settings.insecurePlaintext && { insecurePlaintext: true }),
      refreshEarly: settings.refreshEarly,
      // Nobody finds a session that is in no store.
      ...(settings.store !== 'none' && { account: displayName(session.account) }),
    }
  })
  return before
}
