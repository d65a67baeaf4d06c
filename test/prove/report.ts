/** One line of the table: what was tried, what came of it, and what has to come of it. */
export interface Line {
  what: string
  seen: string
  bar: string
  isMet: boolean
}

/** A line whose value has to be this number. */
export function exactly(what: string, seen: number, bar: number): Line {
  return { what, seen: String(seen), bar: String(bar), isMet: seen === bar }
}

/** A line for a part of a whole, which has to be at least so large a share of it. */
export function share(what: string, part: number, whole: number, atLeast: number): Line {
  const percent = whole === 0 ? 0 : (100 * part) / whole
  const seen = `${part} (${percent.toFixed(1)} %)`
  return { what, seen, bar: `at least ${100 * atLeast} %`, isMet: part >= atLeast * whole && whole > 0 }
}

/** A line that says something and has no bar. */
export function note(what: string, seen: string | number): Line {
  return { what, seen: String(seen), bar: '', isMet: true }
}

/** The table, with a title for each of its parts, in columns. */
export function formatTable(parts: readonly { title: string; lines: readonly Line[] }[]): string {
  const lines = parts.flatMap((part) => part.lines)
  const width = (texts: string[]) => Math.max(...texts.map((text) => text.length))
  const [first, second] = [width(lines.map(({ what }) => what)), width(lines.map(({ seen }) => seen))]
  return parts
    .map(({ title, lines: own }) =>
      [
        title,
        ...own.map(({ what, seen, bar, isMet }) => {
          const verdict = bar === '' ? '' : `${isMet ? 'met' : 'MISSED'} (${bar})`
          return `  ${what.padEnd(first)}  ${seen.padEnd(second)}  ${verdict}`.trimEnd()
        }),
      ].join('\n'),
    )
    .join('\n\n')
}
