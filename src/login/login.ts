import { randomBytes } from 'node:crypto'
import {
  type DiscoveredApi,
  discoverAuthorizationServer,
  discoverFromApi,
  scopesOfferedBy,
} from '../discovery/discover.js'
import type { Http } from '../http.js'
import type { Interruption } from '../interruption.js'
import { lifetimeOf } from '../session/access-token-lifetime.js'
import { type RevocationOutcome, revokeRefreshToken } from '../session/revocation.js'
import { SESSION_VERSION, type Session } from '../session/session.js'
import type { SessionLock } from '../session/session-lock.js'
import type { SessionStore, SetAside } from '../session/session-store.js'
import { startSession } from '../session/start-session.js'
import { refuseNewer } from '../session/stored-session.js'
import type { Trace } from '../trace.js'
import { accountFromClaims } from './account.js'
import { raceLogin } from './login-race.js'
import { scopeToRequest } from './login-scope.js'
import type { OtherWays, SendPersonTo } from './login-ways.js'
import type { TokenSet } from './token-set.js'

export interface LoginDependencies {
  http: Http
  /** Epoch milliseconds. */
  now: () => number
  trace: Trace
  /** Ends the login at once. */
  signal: AbortSignal
  /** Between the tokens and their place in the store nothing may end the process. */
  holdBack: Interruption['holdBack']
  lock: SessionLock
  /** The store of this profile's session at an issuer. */
  openStore: (issuer: string) => SessionStore
  sendPersonTo: SendPersonTo
  /** Absent: the browser is the only way. */
  otherWays?: OtherWays
  /** Finds out whether `remember` could write. */
  prepareToRemember: () => Promise<void>
  /** Writes down where the stored session is to be found; part of the login, which fails when it fails. */
  remember: (session: Session) => Promise<void>
  /** Told of what lay in the place of the session, could not be read, and was moved out of the way. */
  onSetAside: (setAside: SetAside) => void
}

export interface LoginOptions {
  /** The resource identifier in canonical form. */
  api: string
  /** Path below the API of something that needs a token: asked for first, to see where the API points. */
  firstPath: string
  /** Absent: found from the API. */
  issuer?: string
  /** The person named the issuer themselves, and no API did: then a code alone is taken (see `readPastedAnswer`). */
  isIssuerOfPerson?: boolean
  clientId: string
  /** Absent: who the person is, and what the API offers. */
  scope?: readonly string[]
  /** Where the AuthService is to let the person sign in, by the name that it knows it by. Absent: they choose. */
  provider?: string
  /** By which the person will know this login among theirs. Absent: the AuthService is told none. */
  deviceName?: string
  timeoutSeconds: number
}

/** A login that is stored, read back, and has taken the place of the one before. */
export interface LoginResult {
  session: Session
  /** Where it is stored, for a person. */
  place: string
  /** Scopes that were asked for and not granted. */
  scopesNotGranted: string[]
  /** What became of the grant of the session that this one replaced; absent when there was none. */
  replacedRevocation?: RevocationOutcome
}

/**
 * Starts a session: finds the authorization server, makes sure that there is a store to keep the session
 * in, sends the person to the browser, stores the tokens and reads them back, and then revokes the grant of
 * the session that was there before; or that of the new one, when it could not be kept.
 * @throws AuthcliError of discovery, of the authorization code flow, and of the store.
 */
export async function login(dependencies: LoginDependencies, options: LoginOptions): Promise<LoginResult> {
  const { resource, issuer, scopes: scopesOfApi, server } = await findServer(dependencies.http, options)
  const store = dependencies.openStore(issuer)
  await dependencies.prepareToRemember()
  await requireUsableStore(store)

  const scope = scopeToRequest({
    askedFor: options.scope,
    offeredByApi: scopesOfApi,
    offeredByServer: server.metadata.scopes_supported,
  })
  const request = {
    server,
    clientId: options.clientId,
    resource,
    scope,
    ...(options.provider !== undefined && { provider: options.provider }),
    ...(options.deviceName !== undefined && { deviceName: options.deviceName }),
    takesCodeAlone: options.isIssuerOfPerson === true,
    timeoutSeconds: options.timeoutSeconds,
  }
  const { session, replaced } = await raceLogin(dependencies, request, (tokens) =>
    dependencies.holdBack(async () => {
      const session = createSession(tokens, { ...request, issuer, receivedAt: dependencies.now() })
      try {
        return { session, ...(await startSession({ ...dependencies, store }, session)) }
      } catch (error) {
        // Nobody will ever use what was not kept; left alone, it would live on at the AuthService.
        await revoke(dependencies.http, session)
        throw error
      }
    }),
  )
  dependencies.trace({ event: 'logged-in' })

  const granted = session.scope.split(' ')
  const replacedRevocation = replaced && (await revoke(dependencies.http, replaced))
  return {
    session,
    place: store.place,
    scopesNotGranted: scope.split(' ').filter((each) => !granted.includes(each)),
    ...(replacedRevocation !== undefined && { replacedRevocation }),
  }
}

async function findServer(http: Http, options: LoginOptions): Promise<DiscoveredApi> {
  const { api, firstPath, issuer } = options
  if (issuer === undefined) return await discoverFromApi({ http }, api, firstPath)
  const server = await discoverAuthorizationServer({ http }, issuer)
  const scopes = options.scope === undefined ? await scopesOfferedBy({ http }, api) : []
  return { resource: api, issuer, scopes, server }
}

/** Better before the person has typed a password than after: a store that can't keep a session ends the login. */
async function requireUsableStore(store: SessionStore): Promise<void> {
  await store.prepare()
  refuseNewer(store, await store.read())
}

function createSession(
  tokens: TokenSet,
  context: { issuer: string; clientId: string; resource: string; scope: string; receivedAt: number },
): Session {
  const { accessToken, expiresInSeconds, refreshToken, scope, idTokenClaims } = tokens
  return {
    version: SESSION_VERSION,
    lockId: randomBytes(16).toString('base64url'),
    issuer: context.issuer,
    clientId: context.clientId,
    resource: context.resource,
    // RFC 6749 §5.1: a response without a scope grants what was asked for.
    scope: scope ?? context.scope,
    accessToken,
    tokenType: 'Bearer',
    ...lifetimeOf(expiresInSeconds, context.receivedAt),
    ...(refreshToken !== undefined && { refreshToken }),
    account: accountFromClaims(idTokenClaims),
  }
}

async function revoke(http: Http, session: Session): Promise<RevocationOutcome> {
  const { issuer, clientId, refreshToken } = session
  return refreshToken === undefined
    ? 'nothing-to-revoke'
    : await revokeRefreshToken({ http }, { issuer, clientId, refreshToken })
}
