import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Account } from '../store/accounts.js'

const ID_BYTES = 16
const MAC_BYTES = 16

/**
 * Seals the place after an item into a text that means nothing to anybody else. It is a place in the order, not a
 * count: items that come or go don't move it, and the item itself may be gone.
 */
export function sealCursor(key: Buffer, account: Account, itemId: string): string {
  const id = Buffer.from(itemId.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, macOf(key, account, id)]).toString('base64url')
}

/** The id that a cursor of this account was made of; undefined for any other text. */
export function openCursor(key: Buffer, account: Account, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length !== ID_BYTES + MAC_BYTES || bytes.toString('base64url') !== cursor) return undefined
  const id = bytes.subarray(0, ID_BYTES)
  if (!timingSafeEqual(bytes.subarray(ID_BYTES), macOf(key, account, id))) return undefined
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function macOf(key: Buffer, account: Account, id: Buffer): Buffer {
  const owner = JSON.stringify([account.issuer, account.subject])
  return createHmac('sha256', key).update(id).update(owner).digest().subarray(0, MAC_BYTES)
}
