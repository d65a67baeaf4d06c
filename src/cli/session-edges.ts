import { join } from 'node:path'
import { createHttpClient, type Http, type HttpStream } from '../http.js'
import { lockNamesFor } from '../session/lock-names.js'
import { openSessionStore, type StoreOptions } from '../session/open-session-store.js'
import { createSessionLock, type SessionLock } from '../session/session-lock.js'
import type { SessionStore } from '../session/session-store.js'
import type { CommandContext } from './command-context.js'
import type { Profile } from './configuration.js'
import { keychainLimitSeconds } from './keychain-limit.js'

/** What every command that has to do with a session needs: the way to the network, to the store, and the lock. */
export interface SessionEdges {
  http: Http
  /** The same network, for what may be too large for memory. */
  stream: HttpStream
  lock: SessionLock
  openStore(options: StorePlace): SessionStore
}

/** Which session a store is opened for, and how. */
export type StorePlace = Pick<
  StoreOptions,
  'kind' | 'profile' | 'issuer' | 'insecurePlaintext' | 'formerIssuer'
>

/** Where the session of a profile lies. */
export function storeOfProfile(
  name: string,
  profile: Pick<Profile, 'store' | 'issuer' | 'insecurePlaintext'>,
): StorePlace {
  const { store: kind, issuer, insecurePlaintext = false } = profile
  return { kind, profile: name, issuer, insecurePlaintext }
}

/** Makes the edges of one command. Nothing is loaded, asked or opened before it is used. */
export function openSessionEdges(context: CommandContext): SessionEdges {
  const { dependencies, talk, trace, interruption, directories } = context
  const { env, stdin, stderr, now, random, platform, pid, lockFolder, uid, version, edges } = dependencies
  const { signal } = interruption
  const client = createHttpClient({ env, userAgent: `authcli/${version}`, trace, now, random })
  const names = edges?.lockNames ?? lockNamesFor({ platform, pid, lockFolder })
  const openStore = edges?.openStore ?? openSessionStore
  const storeKey = env['AUTHCLI_STORE_KEY'] || undefined
  const isPersonThere = stdin.isTTY === true && stderr.isTTY === true
  return {
    http: edges?.http ?? client.http,
    stream: client.stream,
    lock: createSessionLock({ names, uid, talk, signal }),
    openStore: (options) =>
      openStore(
        { ...dependencies, talk, signal },
        {
          ...options,
          directory: join(directories.state, 'sessions'),
          keychainLimitSeconds: keychainLimitSeconds({ env, isPersonThere }),
          ...(storeKey !== undefined && { storeKey }),
        },
      ),
  }
}
