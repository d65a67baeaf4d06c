import { createCipheriv, createDecipheriv } from 'node:crypto'
import { deriveKey } from '../tokens/derived-keys.js'
import { randomBytesOf } from '../tokens/random.js'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** What a value was sealed for. It is authenticated, so that a value of one purpose is nothing for another. */
export type SealPurpose = 'interaction' | 'logout'

/** A value that we sealed ourselves. One that is over is still readable, so that a page can say how to begin again. */
export interface Opened<T> {
  value: T
  isExpired: boolean
}

/**
 * Encrypts a value into text that a browser keeps for us and can neither read nor change: base64url of IV, tag and
 * AES-256-GCM ciphertext. So nothing has to be written into the database for a request that nobody has signed in for.
 *
 * @param expiresAt epoch milliseconds.
 */
export function seal(secret: Uint8Array, purpose: SealPurpose, value: object, expiresAt: number): string {
  const iv = randomBytesOf(IV_BYTES)
  const cipher = createCipheriv(CIPHER, deriveKey(secret, 'interactions'), iv).setAAD(Buffer.from(purpose))
  const encrypted = Buffer.concat([cipher.update(JSON.stringify({ value, expiresAt })), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url')
}

/** Opens what `seal` made for the same purpose under the same secret; undefined for anything else. */
export function unseal<T extends object>(
  secret: Uint8Array,
  purpose: SealPurpose,
  sealed: string,
  now: number,
): Opened<T> | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  // One spelling only: the decoder skips characters and bits that mean nothing.
  if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined
  const key = deriveKey(secret, 'interactions')
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  let text: string
  try {
    text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString()
  } catch {
    return undefined
  }
  // Nobody but `seal` can have made this text.
  const { value, expiresAt } = JSON.parse(text) as { value: T; expiresAt: number }
  return { value, isExpired: now >= expiresAt }
}
