import type { JWK } from 'jose'
import { insertKey, type KeyRow, listKeys } from '../store/keys.js'
import type { Store } from '../store/store.js'
import { decryptKey } from './key-encryption.js'
import { isPublished, keyInUse } from './key-life.js'
import { createKeys, isSameKind, KEY_KINDS } from './new-keys.js'
import { readSigningKey, type SigningAlgorithm, type SigningKey } from './signing-keys.js'

/** What strangers send must not make the database be read more often than this. */
const LOOK_INTERVAL_MS = 1_000

/** The keys, decrypted. Which of them signs and which count depends on the time; `reload` finds new ones. */
export interface KeyRing {
  /** The key of an algorithm that signs now. */
  signingKey(alg: SigningAlgorithm): SigningKey
  /** The public key of a `kid` that tokens still out may carry, or undefined. */
  verificationKey(kid: string): VerificationKey | undefined
  /** The same for an ID token that comes back as a hint, however long ago it expired. */
  hintKey(kid: string): VerificationKey | undefined
  /** The published key set (RFC 7517 §5): public members only, each with `alg`, `use`, `kid`. */
  jwks(): { keys: JWK[] }
  /** 32 bytes: the MAC key of new refresh tokens. */
  readonly refreshTokenKey: Uint8Array
  /** All MAC keys that refresh tokens still out may carry, the latest first. */
  readonly refreshTokenKeys: readonly Uint8Array[]
  /** Reads the keys from the database again. */
  reload(): Promise<void>
  /**
   * The same, because of a token of a key that is not here; at most once a second, whoever sends them.
   * @throws whatever the database does that is away: nothing is known about the token then.
   */
  lookForNew(): Promise<void>
}

/** A public key and the one algorithm that it is for. */
export type VerificationKey = Pick<SigningKey, 'alg' | 'publicKey'>

/**
 * Reads the keys from the database, and makes those that are missing. Of several processes that start on an
 * empty database at once, one makes them and all use the same.
 *
 * @throws OperatorError on a wrong secret, or a key that is too weak.
 */
export async function loadKeyRing(store: Store, secret: Uint8Array, now: () => number): Promise<KeyRing> {
  let keys = readKeys(secret, await ensureKeys(store, secret, now()))
  /** When those were asked for that are here. */
  let readAt = now()
  let lastReading: Promise<void> = Promise.resolve()
  let looking: Promise<void> | undefined

  async function read(): Promise<void> {
    const askedAt = now()
    keys = readKeys(secret, await listKeys(store.read), keys)
    readAt = askedAt
  }

  /** One after another: an answer that is late does not put back what a later one has found gone. */
  function reload(): Promise<void> {
    const reading = lastReading.then(read)
    lastReading = reading.catch(() => undefined)
    return reading
  }

  return {
    signingKey(alg) {
      const key = keyInUse(keys.signing.get(alg) ?? [], now())
      if (key === undefined) throw new Error(`there is no signing key for ${alg}`)
      return key.key
    },
    verificationKey(kid) {
      const found = keys.byKid.get(kid)
      return found !== undefined && isPublished(found, now()) ? found.key : undefined
    },
    hintKey: (kid) => keys.byKid.get(kid)?.key,
    jwks() {
      const published = [...keys.byKid.values()].filter((key) => isPublished(key, now()))
      return { keys: published.map(({ key }) => key.publicJwk) }
    },
    get refreshTokenKey() {
      const key = keyInUse(keys.refreshToken, now())
      if (key === undefined) throw new Error('there is no refresh-token key')
      return key.key
    },
    get refreshTokenKeys() {
      return keys.refreshTokenLatestFirst
    },
    reload,
    async lookForNew() {
      // The other way round, too: the clock may have been turned back.
      if (Math.abs(now() - readAt) >= LOOK_INTERVAL_MS) {
        looking ??= reload().finally(() => {
          looking = undefined
        })
      }
      await looking
    },
  }
}

/** A row with its key decrypted. */
interface Read<Key> extends KeyRow {
  key: Key
}

/** All that is in the database; oldest first, unless it says otherwise. */
interface Keys {
  signing: ReadonlyMap<string, readonly Read<SigningKey>[]>
  byKid: ReadonlyMap<string, Read<SigningKey>>
  refreshToken: readonly Read<Uint8Array>[]
  refreshTokenLatestFirst: readonly Uint8Array[]
}

/** @param before whose decrypted keys are used again. */
function readKeys(secret: Uint8Array, rows: readonly KeyRow[], before?: Keys): Keys {
  const signing = rows
    .filter(({ purpose }) => purpose === 'sign')
    .map((row) => ({ ...row, key: known(before?.byKid.get(row.id), row) ?? readSigningKey(secret, row) }))
  const refreshToken = rows
    .filter(({ purpose }) => purpose === 'refresh-token')
    .map((row) => {
      const same = before?.refreshToken.find(({ id }) => id === row.id)
      return { ...row, key: known(same, row) ?? decryptKey(secret, row.id, row.encrypted_private) }
    })
  return {
    signing: new Map(signing.map(({ alg }) => [alg, signing.filter((key) => key.alg === alg)])),
    byKid: new Map(signing.map((key) => [key.id, key])),
    refreshToken,
    refreshTokenLatestFirst: refreshToken.map(({ key }) => key).reverse(),
  }
}

function known<Key>(before: Read<Key> | undefined, row: KeyRow): Key | undefined {
  return before?.encrypted_private === row.encrypted_private ? before.key : undefined
}

async function ensureKeys(store: Store, secret: Uint8Array, now: number): Promise<KeyRow[]> {
  const rows = await listKeys(store.read)
  const missing = KEY_KINDS.filter((kind) => !rows.some((row) => isSameKind(row, kind)))
  if (missing.length === 0) return rows
  const made = await createKeys(secret, missing, now)
  return store.write(async (transaction) => {
    const before = await listKeys(transaction)
    for (const key of made) {
      if (!before.some((row) => isSameKind(row, key))) await insertKey(transaction, key)
    }
    return listKeys(transaction)
  })
}
