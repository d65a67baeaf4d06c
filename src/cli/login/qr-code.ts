import encodeQR from 'qr'
import { halfBlocks } from './large-text.js'

/** A QR code as lines for a terminal, two dots a character. */
export interface QrCode {
  lines: string[]
  /** In columns, of each line. */
  width: number
}

/** The quiet zone that a reader needs. The standard asks for four dots, and every reader is content with two. */
const BORDER_DOTS = 2

/**
 * Makes a QR code of a text.
 * @param options.hasColour the lines are dark on light by themselves; otherwise the light dots are drawn, which
 * is right on a dark background, and inverted, which most readers take too, on a light one
 */
export function qrCode(text: string, options: { hasColour: boolean }): QrCode {
  const dots = encodeQR(text, 'raw', { ecc: 'low', border: BORDER_DOTS })
  const width = dots.length
  if (!options.hasColour) return { lines: halfBlocks(dots.map((row) => row.map((isDark) => !isDark))), width }
  return { lines: halfBlocks(dots).map((line) => `\u001b[30;107m${line}\u001b[0m`), width }
}
