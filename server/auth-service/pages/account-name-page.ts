import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { backToAccount } from './account-links.js'
import { type AccountWords, avatar } from './account-words.js'
import { type Html, html } from './html.js'
import { ALERT } from './icons.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'

export interface AccountNamePage {
  issuer: string
  account: AccountWords
  /** Says that a form is from a page of ours; see `browser/own-form.ts`. */
  token: string
  hasFailed: boolean
}

/** Where a person changes what they are called. */
export function accountNamePage({ issuer, account, token, hasFailed }: AccountNamePage): Html {
  return layout({
    issuer,
    title: hasFailed ? 'Name not changed: check what you typed' : 'Change your name',
    picture: avatar(account),
    heading: 'Change your name',
    lead: 'It is what we call you, and what programs are told that you have allowed to see it.',
    body: html`
${hasFailed && FAILED}
<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.accountName)}">
<input type="hidden" name="token" value="${token}">
<div class="field">
<label for="name">Name</label>
<input id="name" name="name" value="${account.name}" required autocomplete="name" enterkeyhint="done"${hasFailed && html` aria-invalid="true" aria-describedby="failed"`} autofocus>
</div>
<button class="primary wide">Save</button>
</form>
${backToAccount(issuer)}`,
    notes: html`You sign in as <bdi class="name">${account.username}</bdi>, whatever your name is.`,
  })
}

const FAILED = html`<div class="alert" role="alert" id="failed">${ALERT}<p><b>That can’t be a name here.</b> It has 1 to 100 characters, in one line.</p></div>`
