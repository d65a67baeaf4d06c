import { MIN_PASSWORD_CHARACTERS, type PasswordFault } from '../checks/new-password.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { issuerParts } from '../issuer-parts.js'
import type { PasswordLink } from '../store/password-links.js'
import { type AccountWords, accountName, avatar } from './account-words.js'
import { type Html, html } from './html.js'
import { ALERT } from './icons.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'

/** Why what was typed can't be the password: that of the rule, or both fields differ. */
export type ChoiceFault = PasswordFault | 'not-the-same'

/** What a page says about each. */
export const CHOICE_FAULTS: Readonly<Record<ChoiceFault, { what: string; advice: string }>> = {
  'too-short': {
    what: 'That is too short.',
    advice: `Use ${MIN_PASSWORD_CHARACTERS} characters or more: a few words in a row are easy to remember.`,
  },
  'too-long': { what: 'That is too long.', advice: 'We can take about a thousand letters.' },
  'too-obvious': {
    what: 'Others would guess that one.',
    advice:
      'It is your name, or a password that many people have. Use a few words that don’t belong together.',
  },
  'not-the-same': { what: 'Those were two different passwords.', advice: 'Type the same one twice.' },
}

export interface ChoosePasswordPage {
  issuer: string
  account: AccountWords
  purpose: PasswordLink['purpose']
  /** What a form sends along that nobody types. */
  fields: {
    /** See `browser/own-form.ts`. */
    token: string
    /** The token of the link. */
    link: string
  }
  fault: ChoiceFault | undefined
}

/** Where a person who has a link chooses a password. Opening it uses nothing up. */
export function choosePasswordPage({ issuer, account, purpose, fields, fault }: ChoosePasswordPage): Html {
  const isInvitation = purpose === 'invitation'
  const { host, origin } = issuerParts(issuer)
  return layout({
    issuer,
    title: fault === undefined ? 'Choose a password' : 'No password yet: check what you typed',
    picture: avatar(account),
    heading: isInvitation ? 'Welcome! Choose a password' : 'Choose a new password',
    lead: isInvitation
      ? html`You were invited to <span class="name">${host}</span>. With a password the account is yours.`
      : 'The old one stops working, and whoever is signed in as you, anywhere, is signed out.',
    body: html`
${fault !== undefined && alert(fault)}
<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.choosePassword)}">
<input type="hidden" name="token" value="${fields.token}">
<input type="hidden" name="link" value="${fields.link}">
<section class="person" aria-label="Your account">${avatar(account)}${accountName(account)}</section>
<input hidden autocomplete="username" value="${account.username}">
<div class="field">
<label for="password">New password</label>
<input id="password" name="password" type="password" required autocomplete="new-password" enterkeyhint="next"${described(fault)} autofocus>
<p class="small" id="help">${MIN_PASSWORD_CHARACTERS} characters or more. A few words in a row are easy to remember and hard to guess.</p>
</div>
<div class="field">
<label for="again">The same once more</label>
<input id="again" name="again" type="password" required autocomplete="new-password" enterkeyhint="go"${fault !== undefined && INVALID}>
</div>
<button class="primary wide">Use this password</button>
</form>`,
    notes: html`Type a password only where the address begins with <span class="address">${origin}/</span>. This link works once; don’t give it to anybody else. ${
      isInvitation
        ? 'If you don’t know what this is about, close the page, and nothing happens.'
        : 'If you didn’t ask for it, close the page: your password stays as it is.'
    }`,
  })
}

function alert(fault: ChoiceFault): Html {
  const { what, advice } = CHOICE_FAULTS[fault]
  return html`<div class="alert" role="alert" id="failed">${ALERT}<p><b>${what}</b> ${advice}</p></div>`
}

function described(fault: ChoiceFault | undefined): Html {
  return fault === undefined
    ? html` aria-describedby="help"`
    : html` aria-invalid="true" aria-describedby="failed help"`
}

const INVALID = html` aria-invalid="true" aria-describedby="failed"`
