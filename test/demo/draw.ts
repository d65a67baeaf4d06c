import { type Leg, PARTIES, type Party } from './legs.js'

/** Marks up text for a terminal, or leaves it as it is. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  green(text: string): string
  red(text: string): string
  cyan(text: string): string
}

/** Columns of the three lifelines, from 0; a line is never longer than 80. */
const LIFELINES: Readonly<Record<Party, number>> = { GUI: 9, BackendAPI: 36, AuthService: 66 }
const WIDTH = 67
const TIME_WIDTH = 11

/** Colour where a terminal can show it and nobody asked for none (https://no-color.org). */
export function createPaint(
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const hasColour = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const mark = (start: number, end: number) => (text: string) =>
    hasColour ? `\u001b[${start}m${text}\u001b[${end}m` : text
  return { bold: mark(1, 22), dim: mark(2, 22), green: mark(32, 39), red: mark(31, 39), cyan: mark(36, 39) }
}

/** The heads of the three columns, each over its lifeline, with the second line under the first. */
export function drawHeads(places: Readonly<Record<Party, string>>, paint: Paint): string[] {
  const head = (textOf: (party: Party) => string) =>
    PARTIES.reduce((line, party) => {
      const text = textOf(party)
      const start = Math.min(LIFELINES[party] - Math.floor(text.length / 2), WIDTH + TIME_WIDTH - text.length)
      return line.padEnd(start) + text
    }, '')
  return [paint.bold(head((party) => party)), paint.dim(head((party) => places[party]))]
}

/** A line on which nothing happens. */
export function drawLifelines(paint: Paint): string {
  return paint.dim(emptyLine().join(''))
}

/** What authcli says or does between the legs, beside its lifeline. */
export function drawAside(text: string, paint: Paint): string {
  return `${' '.repeat(LIFELINES.GUI)}${paint.dim('│')} ${text}`
}

/** A leg that has happened: an arrow between two lifelines, or a dot on one, with a tick and its time. */
export function drawLeg(number: number, leg: Leg, seconds: number, paint: Paint): string {
  return `${paint.green('✓')} ${row(number, leg, paint)}${paint.dim(`${seconds.toFixed(2)} s`.padStart(TIME_WIDTH))}`
}

/** A leg that did not happen. */
export function drawMissingLeg(number: number, leg: Leg, paint: Paint): string {
  return `${paint.red('✗')} ${row(number, leg, paint)}`
}

function row(number: number, leg: Leg, paint: Paint): string {
  const cells = emptyLine()
  const [start, end] = leg.from === leg.to ? dot(cells, leg) : arrow(cells, leg)
  const text = cells.join('').slice(2)
  const label = String(number).padStart(2)
  // The lifelines step back behind the arrow.
  return (
    paint.bold(label) +
    paint.dim(text.slice(2, start - 2)) +
    paint.cyan(text.slice(start - 2, end - 1)) +
    paint.dim(text.slice(end - 1))
  )
}

/** Draws from one lifeline to another; gives the first and the last column of what was drawn. */
function arrow(cells: string[], { from, to, what }: Leg): [number, number] {
  const left = Math.min(LIFELINES[from], LIFELINES[to])
  const right = Math.max(LIFELINES[from], LIFELINES[to])
  cells.fill('─', left + 1, right)
  const pointsRight = LIFELINES[to] > LIFELINES[from]
  cells[left] = pointsRight ? '├' : '│'
  cells[right] = pointsRight ? '│' : '┤'
  cells[pointsRight ? right - 1 : left + 1] = pointsRight ? '▶' : '◀'
  write(cells, ` ${what} `, left + 1 + Math.floor((right - left - what.length - 2) / 2))
  return [left, right]
}

/** Draws what a party does by itself, beside its lifeline on the side where there is room. */
function dot(cells: string[], { from, what }: Leg): [number, number] {
  const at = LIFELINES[from]
  cells[at] = '●'
  const isLast = from === PARTIES.at(-1)
  const start = isLast ? at - what.length - 1 : at + 2
  write(cells, ` ${what} `, start - 1)
  return isLast ? [start, at] : [at, start + what.length]
}

function write(cells: string[], text: string, start: number): void {
  for (const [index, character] of [...text].entries()) cells[start + index] = character
}

function emptyLine(): string[] {
  const cells = Array.from({ length: WIDTH }, () => ' ')
  for (const party of PARTIES) cells[LIFELINES[party]] = '│'
  return cells
}
