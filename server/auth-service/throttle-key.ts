import { createHmac } from 'node:crypto'
import { deriveKey } from './tokens/derived-keys.js'

/**
 * The key under which failures are counted: a keyed hash. So it has one length, whatever a request names, and whoever
 * reads the database learns no address, and nothing of what people type as a username, which is now and then their
 * password.
 *
 * @param parts what is counted, such as `source` and the source.
 */
export function throttleKey(secret: Uint8Array, parts: readonly string[]): string {
  return createHmac('sha256', deriveKey(secret, 'throttles'))
    .update(JSON.stringify(parts))
    .digest('base64url')
}
