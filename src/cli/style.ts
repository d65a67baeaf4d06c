/** Marks up words for a terminal; on a stream without colour every function gives its text back unchanged. */
export interface Style {
  hasColour: boolean
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

/**
 * The markup of one stream: colour only on a terminal that knows it, and never when `NO_COLOR` is set to
 * anything but the empty text.
 * @see https://no-color.org
 */
export function createStyle(
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const hasColour = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const mark = (start: number, end: number) => (text: string) =>
    hasColour ? `\u001b[${start}m${text}\u001b[${end}m` : text
  return {
    hasColour,
    bold: mark(1, 22),
    dim: mark(2, 22),
    red: mark(31, 39),
    green: mark(32, 39),
    yellow: mark(33, 39),
  }
}
