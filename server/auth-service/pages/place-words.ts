import { type Html, html } from './html.js'

/** Whether an address is that of the machine on which the AuthService itself runs. */
export function isThisComputer(source: string): boolean {
  return /^(127\.|::1$)/.test(plainAddress(source))
}

/** An address as people write it. */
export function addressWords(source: string): Html {
  return html`<bdi class="address">${plainAddress(source)}</bdi>`
}

/** Where something came from, in a list of such. */
export function placeWords(source: string): Html {
  return isThisComputer(source) ? html`this computer` : addressWords(source)
}

/** An IPv4 address that is written as IPv6 is IPv4. */
function plainAddress(source: string): string {
  return source.replace(/^::ffff:(?=\d+\.)/i, '')
}
