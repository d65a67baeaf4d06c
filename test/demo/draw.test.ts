import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createPaint, drawHeads, drawLeg, drawMissingLeg } from './draw.js'
import { LEGS } from './legs.js'

const plain = createPaint({}, {})
const colour = createPaint({ isTTY: true }, {})
const places = { GUI: 'authcli', BackendAPI: '127.0.0.1:65535', AuthService: '127.0.0.1:65535' }

describe('the diagram', () => {
  it('fits into 80 columns, whatever the time and the ports', () => {
    const lines = [
      ...drawHeads(places, plain),
      ...LEGS.map((leg, index) => drawLeg(index + 1, leg, 999.99, plain)),
    ]
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  it('keeps every lifeline and every time in its column', () => {
    const lines = LEGS.map((leg, index) => drawLeg(index + 1, leg, 1.5, plain))
    const columns = [9, 66]
    expect(lines.filter((line) => columns.some((column) => !/[│├┤●▶]/.test(line[column] ?? '')))).toEqual([])
    expect(new Set(lines.map((line) => line.length)).size).toBe(1)
  })

  it('shows the whole text of every leg', () => {
    const lines = LEGS.map((leg, index) => drawLeg(index + 1, leg, 1, plain))
    expect(lines.filter((line, index) => !line.includes(LEGS[index]?.what ?? 'nothing'))).toEqual([])
  })

  it('says the same in colour', () => {
    for (const [index, leg] of LEGS.entries()) {
      expect(stripVTControlCharacters(drawLeg(index + 1, leg, 1, colour))).toBe(
        drawLeg(index + 1, leg, 1, plain),
      )
      expect(stripVTControlCharacters(drawMissingLeg(index + 1, leg, colour))).toBe(
        drawMissingLeg(index + 1, leg, plain),
      )
    }
  })

  it.each([
    ['a pipe', {}, {}],
    ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
  ])('has no colour on %s', (_where, stream, env) => {
    expect(createPaint(stream, env).green('✓')).toBe('✓')
  })
})
