import { createHmac, randomBytes, randomInt } from 'node:crypto'
import { deriveKey } from './derived-keys.js'

const DEVICE_CODE_BYTES = 32

/** Twenty letters: no vowels, so that they spell no word, and none that looks like a digit (RFC 8628 §6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
/** Eight of twenty: 2.56 · 10¹⁰ codes. How often anybody may guess is in `device-code-guessing.ts`. */
const USER_CODE_LETTERS = 8
const USER_CODE = new RegExp(`^[${LETTERS}]{${USER_CODE_LETTERS}}$`)

/** A new device code: 256 random bits in base64url. */
export function createDeviceCode(): string {
  return randomBytes(DEVICE_CODE_BYTES).toString('base64url')
}

/** A new user code, as people see and type it: `WDJB-MJHT`. */
export function createUserCode(): string {
  return withDash(
    Array.from({ length: USER_CODE_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
  )
}

/**
 * Reads what a person typed: in small letters, without the dash, with spaces, all the same.
 *
 * @returns the code as we write it; undefined for what can't be one.
 * @see RFC 8628 §6.1
 */
export function readUserCode(typed: string): string | undefined {
  const letters = typed.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase()
  return USER_CODE.test(letters) ? withDash(letters) : undefined
}

/** The form in which a device code or a user code is stored and looked up. */
export interface DeviceCodeHash {
  column: 'device_code_hash' | 'user_code_hash'
  hash: string
}

/** Keyed like the one of a user code, so that a copy of the database alone is no way to either. */
export function hashDeviceCode(secret: Uint8Array, deviceCode: string): DeviceCodeHash {
  return { column: 'device_code_hash', hash: mac(secret, ['device', deviceCode]) }
}

/** Keyed: whoever has a copy of the database could try all user codes in a minute. */
export function hashUserCode(secret: Uint8Array, userCode: string): DeviceCodeHash {
  return { column: 'user_code_hash', hash: mac(secret, ['user', userCode]) }
}

function withDash(letters: string): string {
  return `${letters.slice(0, USER_CODE_LETTERS / 2)}-${letters.slice(USER_CODE_LETTERS / 2)}`
}

function mac(secret: Uint8Array, parts: readonly string[]): string {
  return createHmac('sha256', deriveKey(secret, 'device-codes'))
    .update(JSON.stringify(parts))
    .digest('base64url')
}
