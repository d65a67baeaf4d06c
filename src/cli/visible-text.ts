/**
 * Characters that move the cursor, change the terminal's state or can't be seen: controls (Cc), invisible
 * format characters such as those that turn the direction of writing (Cf), line and paragraph separators,
 * and halves of surrogate pairs. The joiners U+200C and U+200D stay: scripts and emoji are written with them.
 */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Makes a text from outside safe to print on one line of a terminal: line breaks and tabs become a space,
 * and every other character of the kinds above its code point in writing, `\u{1b}`. Nothing that an API, a
 * server or a file says can move the cursor or colour the screen.
 */
export function visibleText(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').replace(UNSAFE, codePoint)
}

/** The same for a text of many lines, which keeps its lines and tabs. */
export function visibleLines(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/[^\n\t]+/g, (part) => part.replace(UNSAFE, codePoint))
}

/**
 * A value as JSON on one line, in which those characters are written as `\uXXXX`: the same data for every
 * parser, and harmless on a terminal.
 */
export function visibleJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(UNSAFE, escapeUnits)
}

function codePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_unit, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
