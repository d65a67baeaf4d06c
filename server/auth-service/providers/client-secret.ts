import type { RegisteredProvider } from '../store/providers.js'
import { decryptKey, encryptKey } from '../tokens/key-encryption.js'

type Recipient = Pick<RegisteredProvider, 'name' | 'issuer' | 'clientId'>

/**
 * Encrypts the secret that a provider knows us by. To whom it is sent is authenticated with it: a row whose issuer was
 * changed gives no secret away.
 */
export function encryptProviderSecret(secret: Uint8Array, to: Recipient, clientSecret: string): string {
  return encryptKey(secret, recipientOf(to), Buffer.from(clientSecret))
}

/** @throws OperatorError when it was encrypted under another secret or for another provider. */
export function decryptProviderSecret(
  secret: Uint8Array,
  { encryptedSecret, ...to }: Recipient & Pick<RegisteredProvider, 'encryptedSecret'>,
): string {
  return decryptKey(secret, recipientOf(to), encryptedSecret).toString()
}

function recipientOf({ name, issuer, clientId }: Recipient): string {
  return JSON.stringify(['provider', name, issuer, clientId])
}
