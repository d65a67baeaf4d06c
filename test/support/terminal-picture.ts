/** A run of characters that look alike. */
interface Run {
  text: string
  classes: readonly string[]
}

const CHARACTER_WIDTH = 8.43
const LINE_HEIGHT = 20
const PADDING = 20
const TITLE_BAR = 32

/** SGR parameters that a terminal program of ours may use, and the class that draws each. */
const CLASS_OF: Readonly<Record<number, string>> = {
  1: 'bold',
  2: 'faint',
  4: 'underline',
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'blue',
  35: 'magenta',
  36: 'cyan',
  90: 'gray',
}
const COLOURS = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'gray']

const STYLE = `
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d8dee4; white-space: pre }
  .bold { font-weight: 700; fill: #ffffff } .faint, .gray { fill: #8b949e } .underline { text-decoration: underline }
  .red { fill: #ff7b72 } .green { fill: #7ee787 } .yellow { fill: #e3b341 }
  .blue { fill: #79c0ff } .magenta { fill: #d2a8ff } .cyan { fill: #76e3ea }`

/**
 * Draws what a program wrote to a terminal as an SVG picture of a terminal window.
 * @param output text with SGR escape sequences; other sequences are left out.
 * @param title what stands in the window's title bar.
 */
export function drawTerminal(output: string, title: string): string {
  const lines = output.replace(/\s+$/, '').split(/\r?\n/).map(parseLine)
  const columns = Math.max(60, ...lines.map((line) => line.reduce((sum, run) => sum + run.text.length, 0)))
  const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * PADDING)
  const height = TITLE_BAR + lines.length * LINE_HEIGHT + PADDING
  const rows = lines.map((line, index) => drawLine(line, TITLE_BAR + (index + 1) * LINE_HEIGHT))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<style>${STYLE}
</style>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="20" cy="17" r="5.5" fill="#ff5f57"/><circle cx="38" cy="17" r="5.5" fill="#febc2e"/><circle cx="56" cy="17" r="5.5" fill="#28c840"/>
<text x="${width / 2}" y="21" text-anchor="middle" class="gray">${escapeXml(title)}</text>
${rows.filter(Boolean).join('\n')}
</svg>
`
}

function drawLine(runs: readonly Run[], y: number): string {
  let column = 0
  const spans: string[] = []
  for (const { text, classes } of runs) {
    // Each run is put at its own column, so that a font of another width keeps the columns aligned.
    const x = (PADDING + column * CHARACTER_WIDTH).toFixed(1)
    const attribute = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`
    if (text.trim() !== '') spans.push(`<tspan x="${x}"${attribute}>${escapeXml(text)}</tspan>`)
    column += text.length
  }
  return spans.length === 0 ? '' : `<text y="${y}" xml:space="preserve">${spans.join('')}</text>`
}

function parseLine(line: string): Run[] {
  const runs: Run[] = []
  let classes: string[] = []
  // Built from its number: an escape character in a source file is invisible.
  const ESC = String.fromCharCode(27)
  for (const part of line.split(new RegExp(`(${ESC}\\[[0-9;?]*[A-Za-z])`))) {
    if (part.startsWith(`${ESC}[`)) {
      if (part.endsWith('m')) classes = applySgr(classes, part.slice(2, -1))
    } else if (part !== '') {
      runs.push({ text: part, classes })
    }
  }
  return runs
}

function applySgr(classes: readonly string[], parameters: string): string[] {
  let next = [...classes]
  for (const code of parameters.split(';').map(Number)) {
    const name = CLASS_OF[code]
    if (code === 0) next = []
    else if (code === 22) next = next.filter((each) => each !== 'bold' && each !== 'faint')
    else if (code === 24) next = next.filter((each) => each !== 'underline')
    else if (code === 39) next = next.filter((each) => !COLOURS.includes(each))
    else if (name !== undefined) {
      next = [...next.filter((each) => !(COLOURS.includes(name) && COLOURS.includes(each))), name]
    }
  }
  return next
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
