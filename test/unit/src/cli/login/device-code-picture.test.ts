import { describe, expect, it } from 'vitest'
import { deviceCodePicture } from '../../../../../src/cli/login/device-code-picture.js'
import { createStyle } from '../../../../../src/cli/style.js'
import { textWidth } from '../../../../../src/cli/text-width.js'

const style = createStyle({ isTTY: false }, {})
const QR_CODE = { lines: Array(19).fill('#'.repeat(37)), width: 37 }
const CODE = {
  userCode: 'WDJB-MJHT',
  verificationUri: new URL('https://auth.example.com/device'),
  expiresInSeconds: 600,
}

const picture = (columns: number, code = CODE) => deviceCodePicture(code, QR_CODE, { columns, style })

describe('deviceCodePicture', () => {
  it.each([20, 30, 40, 60, 80, 100, 120, 200])(
    'fits into %d columns, and has code and address',
    (columns) => {
      const { lines } = picture(columns)
      const widest = Math.max(...lines.map(textWidth))
      // An address is never broken.
      expect(widest).toBeLessThanOrEqual(Math.max(columns, 2 + CODE.verificationUri.href.length))
      expect(lines.join('\n')).toContain('WDJB-MJHT')
      expect(lines.join('\n')).toContain(CODE.verificationUri.href)
    },
  )

  it.each([
    [20, false],
    [38, false],
    [39, true],
    [80, true],
    [120, true],
  ])('has a QR code in %d columns: %s', (columns, hasQrCode) => {
    const { lines, hasQrCode: said } = picture(columns)
    expect([said, lines.join('').includes('#'.repeat(37))]).toEqual([hasQrCode, hasQrCode])
  })

  it('stands beside the QR code where there is room, so that all is seen at once in 24 lines', () => {
    expect(picture(80).lines).toHaveLength(19)
    expect(picture(120).lines).toHaveLength(19)
  })

  it('draws the code on one line where there is room, and else breaks it at its dash', () => {
    const rows = (columns: number) => picture(columns).lines.filter((line) => /[█▀▄]/.test(line)).length
    expect([rows(120), rows(80), rows(40)]).toEqual([3, 6, 6])
  })

  it.each(['täst-code', 'A'.repeat(60)])('shows the code %s, which it can not draw, as text', (userCode) => {
    const { lines } = picture(120, { ...CODE, userCode })
    expect(lines).toContain(`  ${userCode}`)
    expect(lines.join('')).not.toMatch(/[█▀▄]/)
  })
})
