import { createBearerFetch } from '../api/bearer-fetch.js'
import { createWebFetch } from '../api/web-fetch.js'
import { discoverFromApi } from '../discovery/discover.js'
import { createHttp, type Http } from '../http.js'
import { createInterruption } from '../interruption.js'
import type { DeviceCode } from '../login/device-grant.js'
import { readDeviceName } from '../login/device-name.js'
import { type OpenBrowser, openSystemBrowser } from '../login/system-browser.js'
import { type AccessTokens, createAccessTokens, type LastingTokens } from '../session/access-tokens.js'
import { endSession } from '../session/end-session.js'
import { lockNamesFor } from '../session/lock-names.js'
import { openSessionStore } from '../session/open-session-store.js'
import { prepareRefreshWith } from '../session/refresh-exchange.js'
import type { RevocationOutcome } from '../session/revocation.js'
import type { SessionAccount } from '../session/session.js'
import { createSessionLock } from '../session/session-lock.js'
import type { SessionStore } from '../session/session-store.js'
import { sentenceOf } from '../session/set-aside.js'
import { requireSession } from '../session/stored-session.js'
import { applicationError, applicationLine } from './application-error.js'
import { type SessionOptions, settleOptions } from './session-options.js'

/** How a person logs in: in a browser on this computer, on another device, or on whichever they like better. */
export type LoginOptions = (BrowserLogin | DeviceLogin) & {
  /**
   * What this device is called, by which the person will know this login among theirs: its host name, say. Goes only to
   * an AuthService that takes it. Default: none.
   */
  deviceName?: string
  /** How long they have. Default: 300. */
  timeoutSeconds?: number
}

/** A login in a browser on this computer, and on another device too, where both are given: the first one counts. */
export interface BrowserLogin extends Partial<DeviceLogin> {
  /** Told the address to log in at, before a browser opens: show it, for the browser that does not open. */
  showUrl: (url: URL) => void
  /** The name by which the AuthService knows where the person is to sign in. Default: they choose on its page. */
  provider?: string
  /** Default: true, the system's browser. */
  openBrowser?: boolean
}

/** A login on another device, where the AuthService offers that (RFC 8628). */
export interface DeviceLogin {
  /** Told the code, and where to type it: show both. */
  showDeviceCode: (code: DeviceCode) => void
}

/** Who is logged in, and to what. Holds no secret. */
export interface SessionStatus {
  account: SessionAccount
  issuer: string
  /** What was granted, separated by spaces. */
  scope: string
  /** When the access token at hand expires, and is renewed by itself; epoch milliseconds. Absent where nobody said. */
  accessTokenExpiresAt?: number
  /** Where it is kept, for a person: "the keychain", or a path. */
  place: string
}

/**
 * The login of a person to one API, kept from run to run. Every method throws `AuthcliError`, whose `code` says what
 * happened: `NOT_LOGGED_IN`, `SESSION_MISSING` and `SESSION_EXPIRED` say that only `login` helps.
 */
export interface ApiSession {
  /**
   * Logs a person in through their browser, in place of who was logged in before. Resolves when the tokens are stored
   * and were read back.
   */
  login(options: LoginOptions): Promise<SessionStatus>
  /**
   * An access token, for another client: the stored one, or a new one where that is due, or does not last as long as it
   * has to. Prefer `fetch`, which knows what to do when the API refuses it all the same.
   */
  accessToken(options?: { minimumSeconds?: number }): Promise<string>
  /**
   * The `fetch` that everybody knows, with an access token, and for the API only: relative addresses are below it, and
   * others are refused. A 401 is answered by one refresh and one resend. Redirects are not followed. Bodies are held in
   * memory, responses up to 8 MiB.
   */
  fetch: typeof globalThis.fetch
  /** Who is logged in; undefined when nobody is. Asks nobody over the network, where the issuer is given. */
  status(): Promise<SessionStatus | undefined>
  /**
   * Ends the login: here first, then at the AuthService.
   * @returns what became of that; `nothing-to-revoke` when nobody was logged in
   */
  logout(): Promise<RevocationOutcome>
}

/** What a session takes from the process that it lives in. */
export interface Surroundings {
  /** Says where the keychain and the proxy are. */
  env: Readonly<Record<string, string | undefined>>
  /** Epoch milliseconds. */
  now: () => number
  /** From 0 to 1: for names in traces, never for secrets. */
  random: () => number
  platform: NodeJS.Platform
  uid: number | string
  pid: number
  /** A folder of this user that does not depend on the environment; unused on Linux. */
  lockFolder: string
  /** What tests put in the place of the real network and browser. */
  edges?: { http?: Http; openBrowser?: OpenBrowser }
}

interface Opened {
  store: SessionStore
  accessTokens: LastingTokens
}

/** Makes a session. Nothing is loaded, asked or opened before it is used. */
export function createApiSession(surroundings: Surroundings, options: SessionOptions): ApiSession {
  const settings = settleOptions(options)
  const { api, application, clientId, profile } = settings
  const { trace = () => {} } = options
  const tell = (line: string) => options.tell?.(applicationLine(line, application))
  const { env, now, random, edges = {} } = surroundings
  const { signal, holdBack } = createInterruption(options.signal ?? new AbortController().signal)
  const talk = { say: tell, warn: tell }
  const http = edges.http ?? createHttp({ env, userAgent: application, trace, now, random })
  const lock = createSessionLock({ names: lockNamesFor(surroundings), uid: surroundings.uid, talk, signal })
  let issuer = settings.issuer
  let opened: Opened | undefined

  const accessTokens: AccessTokens = {
    current: async () => (await open()).accessTokens.current(),
    replace: async (rejectedToken) => (await open()).accessTokens.replace(rejectedToken),
  }
  const webFetch = createWebFetch(createBearerFetch({ http, accessTokens }, api), api)

  return {
    login: (loginOptions) => explained(() => logIn(loginOptions)),
    accessToken: ({ minimumSeconds = 0 } = {}) =>
      explained(async () => (await (await open()).accessTokens.lasting(minimumSeconds)).accessToken),
    fetch: (input, init) => explained(() => webFetch(input, init)),
    status: () =>
      explained(async () => {
        const { store } = await open()
        const stored = await store.read()
        return stored.state === 'missing' ? undefined : statusOf(store, requireSession(store, stored))
      }),
    logout: () =>
      explained(async () => {
        const { store } = await open()
        const { revocation, setAside } = await endSession({ store, lock, http }).finally(forget)
        if (setAside !== undefined) tell(sentenceOf(setAside))
        return revocation
      }),
  }

  async function logIn(loginOptions: LoginOptions): Promise<SessionStatus> {
    const { showDeviceCode, timeoutSeconds = 300 } = loginOptions
    const deviceName = readDeviceName(loginOptions.deviceName ?? '')
    const browser = 'showUrl' in loginOptions ? loginOptions : undefined
    const deviceGrant = browser === undefined ? 'only' : 'at-once'
    const { login } = await import('../login/login.js')
    const result = await login(
      {
        http,
        now,
        trace,
        signal,
        holdBack,
        lock,
        openStore,
        sendPersonTo(url) {
          browser?.showUrl(url)
          if (browser?.openBrowser === false) return
          const open = edges.openBrowser ?? openSystemBrowser
          const sayItFailed = (reason: string) => tell(`the browser could not be opened (${reason})`)
          open(url, sayItFailed).catch((error: Error) => sayItFailed(error.message))
        },
        ...(showDeviceCode !== undefined && { otherWays: { deviceGrant, showDeviceCode, complain: tell } }),
        prepareToRemember: async () => {},
        remember: async () => {},
        onSetAside: (setAside) => tell(sentenceOf(setAside)),
      },
      {
        api,
        clientId,
        timeoutSeconds,
        firstPath: '',
        ...(settings.issuer !== undefined && { issuer: settings.issuer }),
        ...(settings.scope !== undefined && { scope: settings.scope }),
        ...(browser?.provider !== undefined && { provider: browser.provider }),
        ...(deviceName !== undefined && { deviceName }),
      },
    ).finally(forget)
    issuer = result.session.issuer
    return statusOf(result, result.session)
  }

  /** What is stored, and what is known of it, as long as nobody logs in or out here. */
  async function open(): Promise<Opened> {
    issuer ??= (await discoverFromApi({ http }, api, '')).issuer
    opened ??= openWith(openStore(issuer))
    return opened
  }

  function openWith(store: SessionStore): Opened {
    const prepareRefresh = prepareRefreshWith({ http, now })
    const { refreshEarly } = settings
    const dependencies = { store, lock, prepareRefresh, holdBack, now, trace, talk }
    return { store, accessTokens: createAccessTokens(dependencies, { resource: api, refreshEarly }) }
  }

  function forget(): void {
    opened = undefined
  }

  function openStore(issuerOfStore: string): SessionStore {
    const { store } = settings
    const file = store === 'keychain' ? undefined : store
    return openSessionStore(
      { ...surroundings, talk, signal, service: application },
      {
        kind: file === undefined ? 'keychain' : 'file',
        profile,
        issuer: issuerOfStore,
        directory: file?.folder ?? '',
        insecurePlaintext: file !== undefined && 'insecurePlaintext' in file,
        keychainLimitSeconds: settings.keychainTimeoutSeconds,
        ...(file !== undefined && 'key' in file && { storeKey: file.key }),
      },
    )
  }

  async function explained<T>(job: () => Promise<T>): Promise<T> {
    return await job().catch((error: unknown) => {
      throw applicationError(error, settings)
    })
  }
}

function statusOf({ place }: { place: string }, session: SessionFields): SessionStatus {
  const { account, issuer, scope, expiresAt } = session
  return {
    account,
    issuer,
    scope,
    place,
    ...(expiresAt !== undefined && { accessTokenExpiresAt: expiresAt }),
  }
}

type SessionFields = Pick<SessionStatus, 'account' | 'issuer' | 'scope'> & { expiresAt?: number }
