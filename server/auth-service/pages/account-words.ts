import { type Html, html } from './html.js'

/** What a page says about a person. */
export interface AccountWords {
  name: string
  username: string
}

/** The first letter of a person's name, in a circle. */
export function avatar({ name, username }: AccountWords): Html {
  const [letter = '?'] = [...(name.trim() || username)]
  return html`<span class="avatar" aria-hidden="true">${letter.toUpperCase()}</span>`
}

/** A person's name and username. */
export function accountName({ name, username }: AccountWords): Html {
  return html`<span class="account-name"><bdi class="name">${name || username}</bdi> <bdi class="username">${username}</bdi></span>`
}
