import { type Html, html } from './html.js'
import { GLOBE, TERMINAL } from './icons.js'

/** What a page says about the client of a request. */
export interface ClientWords {
  name: string
  /** A checked redirect URI. */
  redirectUri: string
}

/** Whether the answer goes to a program on the person's own machine. */
export function isOnThisComputer({ redirectUri }: ClientWords): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(redirectUri).hostname)
}

/** Where the client is, in words: "on this computer", or the name of its host. */
export function placeOfClient(client: ClientWords): Html {
  if (isOnThisComputer(client)) return html`on this computer`
  const { host, protocol } = new URL(client.redirectUri)
  return protocol === 'https:' ? html`at <bdi>${host}</bdi>` : html`on this device`
}

/** The client as a tile. */
export function clientTile(client: ClientWords): Html {
  return html`<span class="tile">${isOnThisComputer(client) ? TERMINAL : GLOBE}</span>`
}

/** The name of a client. In its own direction of writing, so that it can't turn the words around it. */
export function clientName(client: Pick<ClientWords, 'name'>): Html {
  return html`<bdi class="name">${client.name}</bdi>`
}
