import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AuthcliError } from '../errors.js'
import {
  type FileOwner,
  NotPrivate,
  preparePrivateFile,
  readPrivateFile,
  removePrivateFile,
  renamePrivateFile,
  TooLarge,
  writePrivateFile,
} from './private-file.js'
import { parseStoreKey, seal, unseal } from './sealed-text.js'
import type { SessionStore, StoredSession } from './session-store.js'
import {
  formatSession,
  MAX_SESSION_CHARACTERS,
  newerAtStart,
  parseSession,
  TOO_LARGE,
} from './session-text.js'

export interface FileStoreOptions {
  profile: string
  issuer: string
  /** Whose session may be in the file before the one of `issuer` is: the profile had another issuer then. */
  formerIssuer?: string
  /** The folder of the session files. */
  directory: string
  /** `AUTHCLI_STORE_KEY`: 32 bytes in base64. Seals what is written. */
  storeKey?: string
  /** Keeps the session as plain text where there is no key. Never the default. */
  insecurePlaintext: boolean
}

/** How a sealed text begins, of whichever version. */
const SEALED = /^\{"version":\d+,"sealed":/

/** Sealing makes a text a third larger, and adds an envelope. */
const MAX_FILE_BYTES = 2 * MAX_SESSION_CHARACTERS

/**
 * Keeps a session in a file of mode 0600, written atomically: sealed under a key, bound to this profile and
 * issuer, or as plain text where that was asked for by its long name.
 * @throws AuthcliError from every method: USAGE for a key that is none; STORE_FAILED when there is neither a
 * key nor the wish for plain text, and when the file is not to be had or not private
 */
export function createFileStore(
  dependencies: FileOwner & { now: () => number },
  options: FileStoreOptions,
): SessionStore {
  const { profile, issuer, insecurePlaintext } = options
  const path = resolve(join(options.directory, `${profile}.json`))
  const pathAside = `${path}.set-aside`
  const hasKey = options.storeKey !== undefined
  // What makes one session out of a text: in another place it must not open.
  const placeAt = (issuer: string) => ['authcli session', issuer, profile]

  return {
    kind: 'file',
    place: path,
    get slot() {
      return `file ${realPath(path)}`
    },
    prepare: () =>
      explained(async () => {
        requireProtection()
        if (hasKey) readKey()
        await preparePrivateFile(path, dependencies)
      }),
    read: () => explained(read),
    write: (session) =>
      explained(async () => {
        requireProtection()
        const text = formatSession(session)
        const kept = hasKey ? await seal(text, readKey(), placeAt(session.issuer)) : `${text}\n`
        await writePrivateFile(path, kept, dependencies, dependencies.now())
      }),
    remove: () => explained(() => removePrivateFile(path, dependencies, dependencies.now())),
    setAside: () =>
      explained(async () => {
        const seen = await read()
        if (seen.state !== 'unreadable') return undefined
        await renamePrivateFile(path, pathAside, dependencies)
        return { from: path, reason: seen.reason, place: pathAside }
      }),
  }

  async function read(): Promise<StoredSession> {
    const text = await readPrivateFile(path, dependencies, MAX_FILE_BYTES).catch((error: unknown) => {
      if (error instanceof TooLarge) return error
      throw error
    })
    if (text === undefined) return { state: 'missing' }
    if (text instanceof TooLarge) return newerAtStart(text.start) ?? TOO_LARGE
    const stored = newerAtStart(text) ?? (await open(text, issuer))
    if (stored.state !== 'unreadable' || options.formerIssuer === undefined) return stored
    const former = await open(text, options.formerIssuer)
    return former.state === 'present' ? former : stored
  }

  async function open(text: string, issuer: string): Promise<StoredSession> {
    if (!SEALED.test(text)) {
      // Somebody may have put it there who does not know the key.
      if (hasKey && !insecurePlaintext) {
        return { state: 'unreadable', reason: 'it is not sealed, though there is a key' }
      }
      return parseSession(text, issuer)
    }
    if (!hasKey) throw failed('is sealed, and AUTHCLI_STORE_KEY is not set', 'set AUTHCLI_STORE_KEY')
    const opened = await unseal(text, readKey(), placeAt(issuer))
    if ('text' in opened) return parseSession(opened.text, issuer)
    if (opened.problem === 'wrong-key') {
      throw failed('is sealed under another key', 'set AUTHCLI_STORE_KEY to the key of that login')
    }
    return { state: 'unreadable', reason: 'it was damaged, or belongs to another profile or issuer' }
  }

  function readKey(): Buffer {
    return parseStoreKey(options.storeKey ?? '')
  }

  function requireProtection(): void {
    if (hasKey || insecurePlaintext) return
    throw new AuthcliError('STORE_FAILED', 'the file store has no key to seal the session with', {
      hint: 'set AUTHCLI_STORE_KEY to the output of `openssl rand -base64 32`, or use `--insecure-plaintext`',
    })
  }

  async function explained<T>(job: () => Promise<T>): Promise<T> {
    try {
      return await job()
    } catch (error) {
      if (error instanceof AuthcliError) throw error
      if (error instanceof NotPrivate) throw failed(error.problem, error.hint, error)
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
      throw failed(`can't be used (${code})`, 'check its folder, and the space on the disk', error)
    }
  }

  function failed(problem: string, hint: string | undefined, cause?: unknown): AuthcliError {
    return new AuthcliError(
      'STORE_FAILED',
      `the session file ${path}${problem.startsWith("'") ? '' : ' '}${problem}`,
      {
        ...(hint !== undefined && { hint }),
        ...(cause !== undefined && { cause }),
      },
    )
  }
}

/** The path without symbolic links in its folders, so that two ways to one file have one name. */
function realPath(path: string): string {
  const parent = dirname(path)
  if (parent === path) return path
  try {
    return join(realpathSync(parent), basename(path))
  } catch {
    // Not made yet: what is above it may still be a link.
    return join(realPath(parent), basename(path))
  }
}
