import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { backToAccount } from './account-links.js'
import { type AccountWords, avatar } from './account-words.js'
import { type Html, html } from './html.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'
import { type ProviderButton, providerIcon } from './provider-buttons.js'
import { timeWords } from './time-words.js'

/** What a page says about somebody at a provider. */
export interface LinkedIdentityWords {
  issuer: string
  subject: string
  /** An address, or what the provider calls them. */
  shownAs: string
  label: string
  kind: 'oidc' | 'github'
  /** Whether people can still sign in there. */
  isOffered: boolean
  /** Epoch milliseconds. */
  linkedAt: number
  /** Epoch milliseconds. */
  lastUsedAt: number
  /** Whether there is another way in. */
  canBeUnlinked: boolean
}

export interface AccountProvidersPage {
  issuer: string
  account: AccountWords
  /** Says that a form is from a page of ours; see `browser/own-form.ts`. */
  token: string
  linked: readonly LinkedIdentityWords[]
  linkable: readonly ProviderButton[]
}

/** Which identities at other services open an account; where one is connected and disconnected. */
export function accountProvidersPage(page: AccountProvidersPage): Html {
  const { issuer, account, linked, linkable } = page
  return layout({
    issuer,
    title: 'Connected services',
    picture: avatar(account),
    heading: 'Connected services',
    lead: 'Whoever can sign in there as you gets into your account here.',
    body: html`
<section class="list" aria-labelledby="linked">
<h2 id="linked">Connected</h2>
<ul class="entries">
${linked.map((identity) => linkedItem(page, identity))}
</ul>
${linked.length === 0 && html`<p class="small">None yet.</p>`}
</section>
${
  linkable.length > 0 &&
  html`<section class="list" aria-labelledby="linkable">
<h2 id="linkable">Connect another</h2>
<div class="ways">${linkable.map(
    ({ label, kind, href }) => html`
<a class="button wide" href="${href}">${providerIcon({ label, kind })}<span>Connect <bdi>${label}</bdi></span></a>`,
  )}
</div>
</section>`
}
${backToAccount(issuer)}`,
    notes:
      'Who is signed in already stays so when you disconnect a service: end that where you see where you are signed in.',
  })
}

function linkedItem({ issuer, token }: AccountProvidersPage, identity: LinkedIdentityWords): Html {
  const { label, kind, shownAs, linkedAt, lastUsedAt } = identity
  const who = html`<bdi class="name">${shownAs}</bdi> at <bdi class="name">${label}</bdi>`
  return html`<li class="entry sign-in">
${providerIcon({ label, kind })}
<div>
<span class="what">${who}</span>
<span class="more">Connected ${timeWords(linkedAt)}</span>
<span class="more">Last used ${timeWords(lastUsedAt)}</span>
${!identity.isOffered && html`<span class="more">Nobody can sign in there at the moment.</span>`}
${!identity.canBeUnlinked && html`<span class="more">It is your only way in, so it can’t be disconnected.</span>`}
</div>
${
  identity.canBeUnlinked &&
  html`<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.accountProviders)}">
<input type="hidden" name="token" value="${token}">
<input type="hidden" name="issuer" value="${identity.issuer}">
<input type="hidden" name="subject" value="${identity.subject}">
<button class="end">Disconnect<span class="unseen"> ${who}</span></button>
</form>`
}
</li>`
}
