import { createHmac, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from './key-ring.js'
import { randomBytesOf, randomBytesSince } from './random.js'

/** What a refresh token carries; what it means is for `grants/refresh-token.ts` to say. */
export interface RefreshToken {
  grantId: string
  generation: number
  nonce: string
}

/*
 * version (1 byte) | grant id (16) | generation (4, big endian) | nonce (16) | HMAC-SHA256 of all before (32)
 * 69 bytes are 92 characters of base64url without a spare bit: one token, one spelling.
 */
const VERSION = 1
const ID_BYTES = 16
const GENERATION_AT = 1 + ID_BYTES
const NONCE_AT = GENERATION_AT + 4
const MAC_AT = NONCE_AT + ID_BYTES
const TOKEN_BYTES = MAC_AT + 32

/** The id of a new grant: the instant and 80 random bits in base64url, as refresh tokens carry it. It is no secret. */
export function createGrantId(now: number): string {
  return randomBytesSince(ID_BYTES, now).toString('base64url')
}

/** Makes a refresh token with a nonce of its own. Stores nothing. */
export function createRefreshToken(
  keys: Pick<KeyRing, 'refreshTokenKey'>,
  { grantId, generation }: { grantId: string; generation: number },
): string {
  const id = Buffer.from(grantId, 'base64url')
  if (id.length !== ID_BYTES) throw new Error('a grant id has 16 bytes')
  const token = Buffer.alloc(TOKEN_BYTES)
  token.writeUInt8(VERSION, 0)
  id.copy(token, 1)
  token.writeUInt32BE(generation, GENERATION_AT)
  randomBytesOf(ID_BYTES).copy(token, NONCE_AT)
  mac(keys.refreshTokenKey, token).copy(token, MAC_AT)
  return token.toString('base64url')
}

/**
 * Reads a refresh token, or gives undefined for whatever is not one of ours to the last bit. Every MAC key counts that
 * tokens still out may carry; if none fits, another replica may have a new one, which is looked for.
 */
export async function readRefreshToken(
  keys: Pick<KeyRing, 'refreshTokenKeys' | 'lookForNew'>,
  token: string,
): Promise<RefreshToken | undefined> {
  const bytes = decode(token)
  if (bytes === undefined) return undefined
  if (!hasGoodMac(keys, bytes)) {
    await keys.lookForNew()
    if (!hasGoodMac(keys, bytes)) return undefined
  }
  if (bytes.readUInt8(0) !== VERSION) return undefined
  return {
    grantId: bytes.toString('base64url', 1, GENERATION_AT),
    generation: bytes.readUInt32BE(GENERATION_AT),
    nonce: bytes.toString('base64url', NONCE_AT, MAC_AT),
  }
}

/** The bytes of what looks like a refresh token. */
function decode(token: string): Buffer | undefined {
  const bytes = Buffer.from(token, 'base64url')
  // Node's decoder skips what it does not know, so only the one spelling that we write counts.
  if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== token) return undefined
  return bytes
}

function hasGoodMac(keys: Pick<KeyRing, 'refreshTokenKeys'>, token: Buffer): boolean {
  const presented = token.subarray(MAC_AT)
  return keys.refreshTokenKeys.some((key) => timingSafeEqual(mac(key, token), presented))
}

function mac(key: Uint8Array, token: Buffer): Buffer {
  return createHmac('sha256', key).update(token.subarray(0, MAC_AT)).digest()
}
