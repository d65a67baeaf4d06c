import { AuthcliError } from '../errors.js'
import { ItemTooLarge, type Keychain, type KeychainWait } from './keychain.js'
import { keychainFailure, OTHER_STORES } from './keychain-failure.js'
import type { Session } from './session.js'
import type { SessionStore, StoredSession } from './session-store.js'
import { formatSession, parseSession, TOO_LARGE } from './session-text.js'

export interface KeychainStoreOptions {
  profile: string
  issuer: string
  /** How long a call may take before it is given up; a person may have a password to type meanwhile. */
  limitSeconds: number
  /** How many bytes one item can hold, where that is little. */
  maxItemBytes?: number
}

const PLACE = 'the keychain'

/** After this time a person is told what they are waiting for. */
const NOTICE_MS = 1000

/**
 * Keeps a session in the operating system's keychain, as one item named after profile and issuer. Every call
 * is limited in time and ends with `signal`; one that was given up leaves nothing behind that this process
 * would wait for.
 */
export function createKeychainStore(
  dependencies: {
    keychain: Keychain
    talk: { say(line: string): void }
    /** Ends what is under way, with its reason. */
    signal: AbortSignal
  },
  options: KeychainStoreOptions,
): SessionStore {
  const { keychain, talk, signal } = dependencies
  const { profile, issuer, limitSeconds, maxItemBytes = Number.POSITIVE_INFINITY } = options
  const name = `${profile} ${issuer}`
  const nameAside = `${name} (set aside)`

  return {
    kind: 'keychain',
    place: PLACE,
    slot: `keychain ${keychain.service} ${name}`,
    prepare: () => bounded((wait) => keychain.prepare(wait)),
    read,
    async write(session) {
      const text = textWithin(session, maxItemBytes)
      // Some keychains would silently cut a text there.
      if (`${name}${text}`.includes('\0')) throw unstorable('it holds a NUL character')
      await bounded((wait) => keychain.write(name, text, wait))
    },
    remove: () => bounded((wait) => keychain.remove(name, wait)),
    async setAside() {
      const seen = await read()
      if (seen.state !== 'unreadable') return undefined
      await bounded((wait) => keychain.rename(name, nameAside, wait))
      return { from: PLACE, reason: seen.reason, place: `${keychain.service}/${nameAside}` }
    },
  }

  async function read(): Promise<StoredSession> {
    const text = await bounded((wait) =>
      keychain.read(name, wait).catch((error: unknown) => {
        if (error instanceof ItemTooLarge) return error
        throw error
      }),
    )
    if (text instanceof ItemTooLarge) return TOO_LARGE
    if (text !== undefined) return parseSession(text, issuer)
    const isOpen = (await bounded(async (wait) => keychain.isLocked?.(wait))) === false
    return { state: 'missing', ...(isOpen && { isCertain: true }) }
  }

  async function bounded<T>(call: (wait: KeychainWait) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    const controller = new AbortController()
    let isPrompting = false
    const interrupt = () => controller.abort(signal.reason)
    const limit = setTimeout(() => controller.abort(tooSlow(limitSeconds, isPrompting)), limitSeconds * 1000)
    const notice = setTimeout(() => {
      talk.say(isPrompting ? 'waiting for the keychain to be unlocked' : 'waiting for the keychain to answer')
    }, NOTICE_MS)
    signal.addEventListener('abort', interrupt)
    try {
      return await call({
        signal: controller.signal,
        onPrompt() {
          isPrompting = true
        },
      })
    } catch (error) {
      signal.throwIfAborted()
      throw keychainFailure(error)
    } finally {
      clearTimeout(limit)
      clearTimeout(notice)
      signal.removeEventListener('abort', interrupt)
    }
  }
}

/**
 * The text of a session in at most so many bytes. An access token that does not fit is left out, because it
 * can be fetched again; nothing else is, and nothing is cut.
 */
function textWithin(session: Session, maxBytes: number): string {
  const text = formatSession(session)
  if (Buffer.byteLength(text) <= maxBytes) return text
  const { accessToken: _, ...rest } = session
  const shorter = formatSession(rest)
  if (Buffer.byteLength(shorter) <= maxBytes) return shorter
  throw unstorable(`this system's keychain holds ${maxBytes} bytes an item, and it has more`)
}

function unstorable(reason: string): AuthcliError {
  return new AuthcliError('STORE_FAILED', `the keychain can't keep the session: ${reason}`, {
    hint: OTHER_STORES,
  })
}

function tooSlow(limitSeconds: number, isPrompting: boolean): AuthcliError {
  const limit = limitSeconds === 1 ? '1 second' : `${limitSeconds} seconds`
  const message = isPrompting
    ? `the keychain was not unlocked within ${limit}`
    : `the keychain did not answer within ${limit}`
  return new AuthcliError('KEYCHAIN_UNAVAILABLE', message, { hint: OTHER_STORES })
}
