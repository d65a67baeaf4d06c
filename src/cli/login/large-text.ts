/** Letters five dots high, side by side, each ended by a bar in the first row. */
const FONT: readonly (readonly [characters: string, rows: readonly string[]])[] = [
  [
    'ABCDEFGHIJKLM',
    [
      ' ## |### | ###|### |####|####| ###|#  #|###|  ##|#  #|#   |#   #|',
      '#  #|#  #|#   |#  #|#   |#   |#   |#  #| # |   #|# # |#   |## ##|',
      '####|### |#   |#  #|### |### |# ##|####| # |   #|##  |#   |# # #|',
      '#  #|#  #|#   |#  #|#   |#   |#  #|#  #| # |#  #|# # |#   |#   #|',
      '#  #|### | ###|### |####|#   | ###|#  #|###| ## |#  #|####|#   #|',
    ],
  ],
  [
    'NOPQRSTUVWXYZ',
    [
      '#   #| ## |### | ## |### | ###|#####|#  #|#   #|#   #|#   #|#   #|#####|',
      '##  #|#  #|#  #|#  #|#  #|#   |  #  |#  #|#   #|#   #| # # | # # |   # |',
      '# # #|#  #|### |#  #|### | ## |  #  |#  #|#   #|# # #|  #  |  #  |  #  |',
      '#  ##|#  #|#   |# ##|# # |   #|  #  |#  #| # # |## ##| # # |  #  | #   |',
      '#   #| ## |#   | ###|#  #|### |  #  | ## |  #  |#   #|#   #|  #  |#####|',
    ],
  ],
  [
    '0123456789-',
    [
      ' ## | # |### |### |#  #|####| ## |####| ## | ## |   |',
      '# ##|## |   #|   #|#  #|#   |#   |   #|#  #|#  #|   |',
      '## #| # | ## | ## |####|### |### |  # | ## | ###|###|',
      '#  #| # |#   |   #|   #|   #|#  #| #  |#  #|   #|   |',
      ' ## |###|####|### |   #|### | ## | #  | ## | ## |   |',
    ],
  ],
]

const DOT_ROWS = 5

/** By whether the upper and the lower dot is there. */
const BLOCKS = [' ', '▄', '▀', '█'] as const

/**
 * A short text in letters three lines high, made of blocks.
 * @returns three lines of the same width; undefined when it has other characters than A to Z, digits and `-`
 */
export function largeText(text: string): string[] | undefined {
  const glyphs = [...text.toUpperCase()].map(glyphOf)
  if (!glyphs.every((glyph) => glyph !== undefined)) return undefined
  const dots = Array.from({ length: DOT_ROWS }, (_row, row) => glyphs.map((glyph) => glyph[row]).join(' '))
  return halfBlocks(dots.map((row) => [...row].map((dot) => dot === '#')))
}

/** Rows of dots as half as many lines of text. */
export function halfBlocks(rows: readonly (readonly boolean[])[]): string[] {
  return Array.from({ length: Math.ceil(rows.length / 2) }, (_line, line) => {
    const [upper = [], lower = []] = rows.slice(line * 2, line * 2 + 2)
    return upper.map((dot, column) => BLOCKS[(dot ? 2 : 0) + (lower[column] ? 1 : 0)]).join('')
  })
}

function glyphOf(character: string): string[] | undefined {
  for (const [characters, rows] of FONT) {
    const index = characters.indexOf(character)
    if (index !== -1) return rows.map((row) => row.split('|')[index] ?? '')
  }
  return undefined
}
