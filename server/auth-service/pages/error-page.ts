import type { PageError } from '../checks/page-error.js'
import { type Html, html } from './html.js'
import { ALERT } from './icons.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'
import { PROBLEMS } from './problems.js'

/**
 * The page for what went wrong: what happened, and what to do. It repeats nothing that the request said, so nobody
 * can put words into our mouth, and links to no address but our own.
 *
 * @param page.reference by which the operator finds the line in the log that says more.
 */
export function errorPage(page: { issuer: string; error: PageError; reference: string }): Html {
  const { issuer, error, reference } = page
  const { heading, what, advice, goOn, goOnPath } = PROBLEMS[error.problem]
  const href = error.goOnAt ?? (goOnPath && pagePath(issuer, goOnPath))
  const say = (text: string) => sentence(text, error)
  return layout({
    issuer,
    title: heading,
    picture: html`<span class="tile">${ALERT}</span>`,
    heading,
    lead: say(what),
    body: html`
<section class="advice"><h2>What you can do</h2><p>${say(advice)}</p></section>
${href !== undefined && html`<p><a class="button primary wide" href="${href}">${goOn}</a></p>`}`,
    notes: html`For those who run this service: <span class="address">${error.problem}, ${reference}</span>`,
  })
}

/** Fills in the names of the client and of the provider, and the time to wait. */
function sentence(text: string, { clientName, providerLabel, retryAfterSeconds = 60 }: PageError): Html {
  const parts = text.split(/(\{client\}|\{provider\}|\{when\})/).map((part) => {
    if (part === '{when}') return html`${waitingTime(retryAfterSeconds)}`
    if (part === '{client}') return nameOr('the app', clientName)
    if (part === '{provider}') return nameOr('the other service', providerLabel)
    return html`${part}`
  })
  return html`${parts}`
}

function nameOr(words: string, name: string | undefined): Html {
  return name === undefined ? html`${words}` : html`<bdi class="name">${name}</bdi>`
}

function waitingTime(seconds: number): string {
  if (seconds < 10) return 'in a few seconds'
  if (seconds <= 60) return 'in a minute'
  return `in ${Math.ceil(seconds / 60)} minutes`
}
