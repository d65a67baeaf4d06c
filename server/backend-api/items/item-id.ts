import { randomBytes } from 'node:crypto'

/** How an item's id looks on the wire: lower case, as we write it. */
export const ITEM_ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

/**
 * Makes a UUID version 7: 48 bits of milliseconds, then random ones, so that ids sort by creation and can't be
 * guessed.
 * @see RFC 9562 §5.7
 */
export function newItemId(now: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
