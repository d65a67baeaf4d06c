import { textWidth } from '../text-width.js'

/**
 * Breaks a text between its words into lines of at most `width` columns, so that a narrow terminal does not
 * break it within them. A word that is wider stands alone on its line.
 */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
