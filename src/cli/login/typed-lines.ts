const ESCAPE = '\u001b'

/** Arrow and function keys, and the brackets that some terminals put around a paste. */
const KEY_SEQUENCE = new RegExp(`${ESCAPE}(\\[[0-9;?]*[ -/]*[@-~]|O[ -~]|[^[O])`, 'g')
const UNFINISHED_SEQUENCE = new RegExp(`${ESCAPE}(\\[[0-9;?]*[ -/]*|O)?$`)

const BACKSPACE = /^[\u007f\b]$/
const ERASE_LINE = '\u0015'
const CONTROL = /^\p{Cc}$/u

/** Longer than any address that a browser shows: the rest of such a line is thrown away. */
const MAX_LINE_CHARACTERS = 65_536

/** Who is told of what was typed. */
export interface TypedLinesListener {
  /** A whole line, without control characters; '' only for an Enter that was pressed alone. */
  onLine: (line: string) => void
  /** How many characters there are of a line that is not finished yet. */
  onPending: (characters: number) => void
}

/**
 * Makes lines of what a keyboard in raw mode sends, in whatever pieces it comes: a terminal's own line
 * editing would cut a line at 4096 characters, and show a code to whoever reads the screen later. Knows
 * Backspace and Ctrl-U; every other control character and every key sequence is left out.
 * @returns takes the next piece
 */
export function typedLines({ onLine, onPending }: TypedLinesListener): (piece: string) => void {
  let line = ''
  let unfinished = ''
  return (piece) => {
    const text = unfinished + piece
    unfinished = UNFINISHED_SEQUENCE.exec(text)?.[0] ?? ''
    const keys = text.slice(0, text.length - unfinished.length).replace(KEY_SEQUENCE, '')
    const isEnterAlone = line === '' && /^(\r\n?|\n)$/.test(keys)
    if (isEnterAlone) return onLine('')
    for (const key of keys) {
      if (key === '\r' || key === '\n') {
        const finished = line
        line = ''
        if (finished !== '') onLine(finished)
      } else if (BACKSPACE.test(key)) line = line.slice(0, -1)
      else if (key === ERASE_LINE) line = ''
      else if (!CONTROL.test(key) && line.length < MAX_LINE_CHARACTERS) line += key
    }
    onPending(line.length)
  }
}
