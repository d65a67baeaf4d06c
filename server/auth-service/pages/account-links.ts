import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { type Html, html } from './html.js'
import { pagePath } from './page-path.js'

/** The way from a page about one thing back to the whole account. */
export function backToAccount(issuer: string): Html {
  return html`<p><a class="button wide" href="${pagePath(issuer, ENDPOINT_PATHS.account)}">Back to your account</a></p>`
}
