import { type AccountWords, accountName, avatar } from './account-words.js'
import { type HiddenFields, hiddenFields } from './form-fields.js'
import { type Html, html } from './html.js'
import { CHECK } from './icons.js'
import { layout } from './layout.js'

const PROGRAMS_GO_ON =
  'Signing out of a browser ends nothing for programs that you have allowed, such as a command line. To end that, log out there, or in your account.'

/** Asks whether the person wants to sign out. */
export function signOutPage(page: {
  issuer: string
  account: AccountWords
  /** The path that the form is sent to. */
  action: string
  fields: HiddenFields
}): Html {
  return layout({
    issuer: page.issuer,
    title: 'Sign out?',
    picture: avatar(page.account),
    heading: 'Sign out?',
    lead: 'You won’t be signed in in this browser any more.',
    body: html`
<form method="post" action="${page.action}">
${hiddenFields(page.fields)}
<section class="person" aria-label="Your account">${avatar(page.account)}${accountName(page.account)}</section>
<div class="choice">
<button name="decision" value="stay">Stay signed in</button>
<button class="primary" name="decision" value="sign-out">Sign out</button>
</div>
</form>`,
    notes: PROGRAMS_GO_ON,
  })
}

/** Says that nobody is signed in in this browser any more. */
export function signedOutPage({ issuer }: { issuer: string }): Html {
  return layout({
    issuer,
    title: 'Signed out',
    picture: html`<span class="tile">${CHECK}</span>`,
    heading: 'You’re signed out',
    lead: 'Nobody is signed in here in this browser.',
    body: html`<p>You can close this page.</p>`,
    notes: PROGRAMS_GO_ON,
  })
}

/** Says who is signed in in this browser. */
export function signedInPage(page: {
  issuer: string
  account: AccountWords
  accountPath: string
  signOutPath: string
}): Html {
  return layout({
    issuer: page.issuer,
    title: 'Signed in',
    picture: avatar(page.account),
    heading: 'You’re signed in',
    lead: 'There is nothing more to do. You can close this page.',
    body: html`
<section class="person" aria-label="Your account">${avatar(page.account)}${accountName(page.account)}</section>
<div class="ways">
<a class="button wide" href="${page.accountPath}">Your account</a>
<a class="button wide" href="${page.signOutPath}">Sign out</a>
</div>`,
    notes: 'Programs ask here for your account, and you decide about each of them.',
  })
}
