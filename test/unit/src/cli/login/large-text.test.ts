import { describe, expect, it } from 'vitest'
import { largeText } from '../../../../../src/cli/login/large-text.js'

describe('largeText', () => {
  it('draws letters three lines high', () => {
    expect(largeText('WD-7')).toEqual(['█   █ █▀▀▄     ▀▀▀█', '█▄▀▄█ █  █ ▀▀▀  ▄▀ ', '▀   ▀ ▀▀▀       ▀  '])
  })

  it('has a picture of its own, in lines of one width, for every letter, digit and the dash', () => {
    const pictures = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-'].map(
      (character) => largeText(character) ?? [],
    )
    expect(new Set(pictures.map((lines) => lines.join('\n'))).size).toBe(37)
    for (const lines of pictures) {
      expect(lines).toHaveLength(3)
      expect(new Set(lines.map((line) => line.length)).size).toBe(1)
      expect(lines.join('')).toMatch(/[█▀▄]/)
    }
  })

  it('draws small letters like large ones', () => {
    expect(largeText('wdjb')).toEqual(largeText('WDJB'))
  })

  it.each(['Ä', 'A B', '字', 'A_B'])('does not draw %s', (text) => {
    expect(largeText(text)).toBeUndefined()
  })
})
