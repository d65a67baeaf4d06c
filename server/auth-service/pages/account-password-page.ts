import { MIN_PASSWORD_CHARACTERS } from '../checks/new-password.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { issuerParts } from '../issuer-parts.js'
import { backToAccount } from './account-links.js'
import { type AccountWords, avatar } from './account-words.js'
import { CHOICE_FAULTS, type ChoiceFault } from './choose-password-page.js'
import { type Html, html } from './html.js'
import { ALERT } from './icons.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'

/** Why a password was not changed: that of choosing one, or the one of before is not right. */
export type AccountPasswordFault = ChoiceFault | 'wrong-current'

const FAULTS: Readonly<Record<AccountPasswordFault, { what: string; advice: string }>> = {
  ...CHOICE_FAULTS,
  'wrong-current': { what: 'That isn’t your password.', advice: 'Type the one that you have now first.' },
}

/** One of them, where the address of the page names one. */
export function readAccountPasswordFault(text: string | undefined): AccountPasswordFault | undefined {
  return (Object.keys(FAULTS) as AccountPasswordFault[]).find((fault) => fault === text)
}

export interface AccountPasswordPage {
  issuer: string
  account: AccountWords
  /** Says that a form is from a page of ours; see `browser/own-form.ts`. */
  token: string
  /** Whether the person has one, which has to be proven. */
  hasPassword: boolean
  fault: AccountPasswordFault | undefined
}

/** Where a person changes their password, or chooses a first one. */
export function accountPasswordPage(page: AccountPasswordPage): Html {
  const { issuer, account, token, hasPassword, fault } = page
  const heading = hasPassword ? 'Change your password' : 'Choose a password'
  const isWrong = fault === 'wrong-current'
  return layout({
    issuer,
    title: fault === undefined ? heading : 'Password not changed: check what you typed',
    picture: avatar(account),
    heading,
    lead: hasPassword
      ? 'You stay signed in here. Everywhere else you are signed out, programs too.'
      : 'With it you can sign in here directly. Everywhere else you are signed out, programs too.',
    body: html`
${fault !== undefined && alert(fault)}
<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.accountPassword)}">
<input type="hidden" name="token" value="${token}">
<input hidden autocomplete="username" value="${account.username}">
${
  hasPassword &&
  html`<div class="field">
<label for="current">Password now</label>
<input id="current" name="current" type="password" required autocomplete="current-password" enterkeyhint="next"${isWrong && INVALID} autofocus>
</div>`
}
<div class="field">
<label for="password">New password</label>
<input id="password" name="password" type="password" required autocomplete="new-password" enterkeyhint="next"${described(fault)}${!hasPassword && html` autofocus`}>
<p class="small" id="help">${MIN_PASSWORD_CHARACTERS} characters or more. A few words in a row are easy to remember and hard to guess.</p>
</div>
<div class="field">
<label for="again">The same once more</label>
<input id="again" name="again" type="password" required autocomplete="new-password" enterkeyhint="go"${fault !== undefined && !isWrong && INVALID}>
</div>
<button class="primary wide">Use this password</button>
</form>
${backToAccount(issuer)}`,
    notes: html`Type a password only where the address begins with <span class="address">${issuerParts(issuer).origin}/</span>.`,
  })
}

function alert(fault: AccountPasswordFault): Html {
  const { what, advice } = FAULTS[fault]
  return html`<div class="alert" role="alert" id="failed">${ALERT}<p><b>${what}</b> ${advice}</p></div>`
}

function described(fault: AccountPasswordFault | undefined): Html {
  return fault === undefined || fault === 'wrong-current'
    ? html` aria-describedby="help"`
    : html` aria-invalid="true" aria-describedby="failed help"`
}

const INVALID = html` aria-invalid="true" aria-describedby="failed"`
