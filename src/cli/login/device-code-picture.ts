import type { DeviceCode } from '../../login/device-grant.js'
import type { Style } from '../style.js'
import { textWidth } from '../text-width.js'
import { largeText } from './large-text.js'
import type { QrCode } from './qr-code.js'

/** What it is drawn on. */
export interface Canvas {
  columns: number
  style: Style
}

const INDENT = '  '
const GAP = '   '

/**
 * The address to open on another device and the code to type there, for a terminal that shows blocks: the
 * code in large letters and once more as plain text, to be copied or read aloud. A QR code with it, where the
 * terminal is wide enough, at its side or below.
 */
export function deviceCodePicture(
  code: DeviceCode,
  qrCode: QrCode,
  { columns, style }: Canvas,
): { lines: string[]; hasQrCode: boolean } {
  const room = columns - INDENT.length
  const beside = instructions(code, room - qrCode.width - GAP.length, style)
  if (beside !== undefined) return { lines: sideBySide(qrCode.lines, beside).map(indent), hasQrCode: true }

  const alone = instructions(code, room, style) ?? plainInstructions(code, style)
  const hasQrCode = qrCode.width <= room
  return { lines: (hasQrCode ? [...alone, '', ...qrCode.lines] : alone).map(indent), hasQrCode }
}

function indent(line: string): string {
  return line === '' ? '' : INDENT + line
}

/** Absent where the letters or the address don't fit. */
function instructions(code: DeviceCode, width: number, style: Style): string[] | undefined {
  const address = code.verificationUri.href
  const letters = largeLetters(code.userCode, width)
  if (letters === undefined || textWidth(address) > width) return undefined
  return [address, '', ...letters.map((line) => (line === '' ? '' : style.bold(line))), '', code.userCode]
}

function plainInstructions(code: DeviceCode, style: Style): string[] {
  return [code.verificationUri.href, '', style.bold(code.userCode)]
}

/** On one line, or else broken where the code has its dashes. */
function largeLetters(userCode: string, width: number): string[] | undefined {
  const fits = (lines: readonly string[] | undefined) => lines?.every((line) => textWidth(line) <= width)
  const whole = largeText(userCode)
  if (fits(whole)) return whole
  const parts = userCode.split('-').map(largeText)
  if (!parts.every(fits)) return undefined
  return parts.flatMap((part, index) => [...(index === 0 ? [] : ['']), ...(part ?? [])])
}

function sideBySide(left: readonly string[], right: readonly string[]): string[] {
  const above = Math.max(0, Math.floor((left.length - right.length) / 2))
  return Array.from({ length: Math.max(left.length, above + right.length) }, (_line, row) => {
    const text = right[row - above] ?? ''
    return `${left[row] ?? ''}${text === '' ? '' : GAP + text}`
  })
}
