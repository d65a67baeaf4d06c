import { AuthcliError } from '../errors.js'

/** AES-256-GCM: 32 bytes of key, 12 of nonce, 16 of authentication tag. */
const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** What is kept of a text that was sealed. Binary fields are base64. */
interface Envelope {
  version: 1
  sealed: typeof CIPHER
  /** Tells a wrong key from a damaged file. Says nothing about the key to who does not have it. */
  keyId: string
  nonce: string
  data: string
}

/** A text that was sealed, or why it does not open: `broken` when it was changed, cut, or belongs elsewhere. */
export type Unsealed = { text: string } | { problem: 'wrong-key' | 'broken' }

/**
 * The key that stands in `AUTHCLI_STORE_KEY`: 32 bytes in base64, in either alphabet.
 * @throws AuthcliError USAGE for anything else.
 */
export function parseStoreKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64')
  const isBase64 = /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
  if (isBase64 && key.length === KEY_BYTES) return key
  throw new AuthcliError('USAGE', 'AUTHCLI_STORE_KEY does not hold 32 bytes in base64', {
    hint: 'make one with `openssl rand -base64 32`',
  })
}

/**
 * Seals a text with AES-256-GCM under a fresh nonce.
 * @param place what the text is bound to: elsewhere it will not open
 */
export async function seal(text: string, key: Buffer, place: readonly string[]): Promise<string> {
  const { createCipheriv, randomBytes } = await loadCryptography()
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(JSON.stringify(place)))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  const envelope: Envelope = {
    version: 1,
    sealed: CIPHER,
    keyId: await keyIdOf(key),
    nonce: nonce.toString('base64'),
    data: data.toString('base64'),
  }
  return `${JSON.stringify(envelope)}\n`
}

/** Opens what `seal` made under the same key for the same place. */
export async function unseal(text: string, key: Buffer, place: readonly string[]): Promise<Unsealed> {
  const { createDecipheriv } = await loadCryptography()
  const envelope = parseEnvelope(text)
  if (envelope === undefined) return { problem: 'broken' }
  if (envelope.keyId !== (await keyIdOf(key))) return { problem: 'wrong-key' }
  const nonce = Buffer.from(envelope.nonce, 'base64')
  const data = Buffer.from(envelope.data, 'base64')
  if (nonce.length !== NONCE_BYTES || data.length < TAG_BYTES) return { problem: 'broken' }
  const tagAt = data.length - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(JSON.stringify(place)))
    .setAuthTag(data.subarray(tagAt))
  try {
    return {
      text: Buffer.concat([decipher.update(data.subarray(0, tagAt)), decipher.final()]).toString('utf8'),
    }
  } catch {
    return { problem: 'broken' }
  }
}

/** Loaded only where there is something to seal: it takes longer than all the rest of a store. */
function loadCryptography() {
  return import('node:crypto')
}

async function keyIdOf(key: Buffer): Promise<string> {
  const { createHash } = await loadCryptography()
  return createHash('sha256').update('authcli store key\0').update(key).digest('base64url').slice(0, 16)
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const { version, sealed, keyId, nonce, data } = JSON.parse(text) as Partial<Envelope>
    const isWhole =
      version === 1 &&
      sealed === CIPHER &&
      typeof keyId === 'string' &&
      typeof nonce === 'string' &&
      typeof data === 'string'
    return isWhole ? { version, sealed, keyId, nonce, data } : undefined
  } catch {
    return undefined
  }
}
