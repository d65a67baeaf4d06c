import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { OperatorError } from '../operator-error.js'
import { deriveKey } from './derived-keys.js'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts a private or symmetric key for the database: base64url of IV (12 bytes), tag (16) and AES-256-GCM
 * ciphertext. The key id is authenticated too, so that a row can't be given another row's key.
 */
export function encryptKey(secret: Uint8Array, keyId: string, plain: Uint8Array): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, deriveKey(secret, 'private-keys'), iv).setAAD(Buffer.from(keyId))
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url')
}

/** @throws OperatorError when it was encrypted under another secret or for another key id, or was changed. */
export function decryptKey(secret: Uint8Array, keyId: string, encrypted: string): Buffer {
  const bytes = Buffer.from(encrypted, 'base64url')
  const iv = bytes.subarray(0, IV_BYTES)
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)
  try {
    const decipher = createDecipheriv(CIPHER, deriveKey(secret, 'private-keys'), iv, {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(keyId)).setAuthTag(tag)
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
  } catch (error) {
    throw new OperatorError(
      'AUTH_SERVICE_SECRET is not the secret under which this database keeps its keys',
      {
        hint: 'start with the secret of the first start; without it, no key of this database can be read',
        cause: error,
      },
    )
  }
}
