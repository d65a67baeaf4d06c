import { type Html, html } from './html.js'
import { CHECK } from './icons.js'
import { type ScopeWords, scopeWords } from './scope-words.js'

/** What a client would like to do. */
export interface Wishes {
  heading: Html
  scopes: readonly string[]
  /** Null: the AuthService's own userinfo. */
  resource: string | null
  /** Whether the client gets a refresh token. */
  staysSignedIn: boolean
}

/** The list of what a client would like to do, in plain words, and where the data for it is. */
export function wishList(wishes: Wishes): Html {
  const { heading, resource } = wishes
  return html`<section class="wishes" aria-labelledby="wishes">
<h2 id="wishes">${heading}</h2>
<ul class="scopes">
${scopeWords(wishes.scopes, wishes).map(scopeItem)}
</ul>
${resource !== null && html`<p class="small">Your data is at <bdi class="address">${withoutScheme(resource)}</bdi>.</p>`}
</section>`
}

function scopeItem({ what, more }: ScopeWords): Html {
  return html`<li>${CHECK}<span>${what}${more && html` <span class="more">${more}</span>`}</span></li>`
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, '')
}
