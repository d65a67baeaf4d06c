import { type Html, html } from './html.js'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * An instant in words that a person anywhere can work out: a page without scripts doesn't know what time it is there.
 *
 * @param at epoch milliseconds.
 */
export function timeWords(at: number): Html {
  const date = new Date(at)
  const instant = date.toISOString()
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  return html`<time datetime="${instant}">${day}, ${instant.slice(11, 16)} UTC</time>`
}
