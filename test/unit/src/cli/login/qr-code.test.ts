import { decodeQR } from 'qr/decode.js'
import { describe, expect, it } from 'vitest'
import { type QrCode, qrCode } from '../../../../../src/cli/login/qr-code.js'

const ADDRESS = 'https://auth.example.com/auth/device?user_code=WDJB-MJHT'

/** What a camera reads on a terminal whose blocks are in one colour and the rest in another. */
function scan({ lines }: QrCode, colours: { blocks: number; rest: number }): string {
  const rows = lines.flatMap((line) => {
    const characters = [...line]
    const upper = characters.map((character) => '█▀'.includes(character))
    const lower = characters.map((character) => '█▄'.includes(character))
    return [upper, lower]
  })
  const scale = 4
  const width = (rows[0]?.length ?? 0) * scale
  const height = rows.length * scale
  const data = new Uint8Array(width * height * 4).fill(255)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isBlock = rows[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true
      data.fill(isBlock ? colours.blocks : colours.rest, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return decodeQR({ width, height, data })
}

/** Without the colours around it. */
function bare(code: QrCode): QrCode {
  const lines = code.lines.map((line) => {
    expect(line.startsWith('\u001b[30;107m') && line.endsWith('\u001b[0m')).toBe(true)
    return line.slice('\u001b[30;107m'.length, -'\u001b[0m'.length)
  })
  return { ...code, lines }
}

describe('qrCode', () => {
  it('is read as its text where it is drawn black on white', () => {
    expect(scan(bare(qrCode(ADDRESS, { hasColour: true })), { blocks: 0, rest: 255 })).toBe(ADDRESS)
  })

  it('is read as its text without colours on a dark terminal', () => {
    expect(scan(qrCode(ADDRESS, { hasColour: false }), { blocks: 255, rest: 0 })).toBe(ADDRESS)
  })

  it('says how wide it is', () => {
    const { lines, width } = bare(qrCode(ADDRESS, { hasColour: true }))
    expect(lines.map((line) => line.length)).toEqual(lines.map(() => width))
  })
})
