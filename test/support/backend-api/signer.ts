import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose'

/** A signing key of the AuthService double, and the public half as it is published. */
export interface Signer {
  algorithm: string
  keyId: string
  privateKey: CryptoKey
  publicJwk: JWK
  /** Signs these claims. `header` replaces or adds header parameters; undefined leaves one out. */
  sign(claims: object, header?: Record<string, unknown>): Promise<string>
}

/** Makes a key pair and a signer with it. */
export async function makeSigner(
  algorithm: 'ES256' | 'RS256' | 'PS256' | 'ES384',
  keyId: string,
): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid: keyId, alg: algorithm, use: 'sig' }
  return {
    algorithm,
    keyId,
    privateKey,
    publicJwk,
    sign(claims, header = {}) {
      const whole = { alg: algorithm, typ: 'at+jwt', kid: keyId, ...header } as JWTHeaderParameters
      return new SignJWT(claims as Record<string, unknown>).setProtectedHeader(whole).sign(privateKey)
    },
  }
}

/** A JWS with any header and payload, under a signature that may be anything. */
export function rawJws(
  header: unknown,
  payload: unknown,
  signature = Buffer.alloc(64, 1).toString('base64url'),
): string {
  return `${encode(header)}.${encode(payload)}.${signature}`
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}
