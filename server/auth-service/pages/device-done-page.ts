import { clientName } from './client-words.js'
import { type Html, html } from './html.js'
import { CHECK, CROSS } from './icons.js'
import { layout } from './layout.js'

/** Says what became of the request of a device. The rest happens there. */
export function deviceDonePage(page: { issuer: string; client: { name: string }; isAllowed: boolean }): Html {
  const { issuer, client, isAllowed } = page
  const name = clientName(client)
  return isAllowed
    ? layout({
        issuer,
        title: 'Allowed',
        picture: html`<span class="tile">${CHECK}</span>`,
        heading: 'That’s it',
        lead: html`${name} is logged in on your device in a few seconds.`,
        body: html`<p>Go back to it. You can close this page.</p>`,
        notes: html`It keeps its access until you log out there. If it wasn’t you who started it, tell those who run this service now.`,
      })
    : layout({
        issuer,
        title: 'Declined',
        picture: html`<span class="tile">${CROSS}</span>`,
        heading: 'Nothing was allowed',
        lead: html`${name} gets nothing, and the code is worth nothing any more.`,
        body: html`<p>You can close this page.</p>`,
        notes: 'If you wanted to log in after all, start again on your device: it gets another code.',
      })
}
