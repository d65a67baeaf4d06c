import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { issuerParts } from '../issuer-parts.js'
import { type ClientWords, clientName, clientTile, placeOfClient } from './client-words.js'
import { type HiddenFields, hiddenFields } from './form-fields.js'
import { type Html, html } from './html.js'
import { ALERT, DEVICES, PERSON } from './icons.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'
import { type ProviderButton, providerButtons } from './provider-buttons.js'

export interface SignInPage {
  issuer: string
  /** Who asks; undefined where it is not known before somebody is signed in: a device whose code was entered. */
  client: ClientWords | undefined
  /** Whether nobody asks: the person wants to see their own account. */
  isForAccount: boolean
  fields: HiddenFields
  /** What stands in the field already. */
  username: string
  hasFailed: boolean
  /** Whether somebody is signed in already and only has to prove it. */
  isAgain: boolean
  /** Whether the client will be told that its request is wrong, once the person has signed in. */
  isRefused: boolean
  /** The other services at which people may sign in. */
  providers: readonly ProviderButton[]
  takesPasswords: boolean
  /** Whom the next password links to its account; `withoutHref` is the way to sign in and link nothing. */
  unlinked?: { shownAs: string; label: string; withoutHref: string } | undefined
}

/** Where a person signs in. After a failed try it does not say which half was wrong. */
export function signInPage(page: SignInPage): Html {
  const { issuer, client, hasFailed, unlinked } = page
  return layout({
    issuer,
    title: hasFailed ? 'Not signed in: check what you typed' : unlinked ? 'Connect your account' : 'Sign in',
    picture: client
      ? clientTile(client)
      : html`<span class="tile">${page.isForAccount ? PERSON : DEVICES}</span>`,
    heading: unlinked ? 'One more step' : page.isAgain ? 'Still you?' : 'Sign in',
    lead: lead(page),
    body: html`
${hasFailed && FAILED}
${page.isRefused && client && html`<p class="note">There is a mistake in what ${clientName(client)} asked for. Once you are signed in, we take you back and tell it what.</p>`}
${unlinked ? linkingBody(page, unlinked) : signInBody(page)}`,
    notes: page.takesPasswords
      ? html`Type your password only where the address begins with <span class="address">${issuerParts(issuer).origin}/</span>. If you didn’t start this, close the page, and nothing happens.`
      : 'If you didn’t start this, close the page, and nothing happens.',
  })
}

function signInBody(page: SignInPage): Html {
  const { providers, takesPasswords } = page
  if (!takesPasswords) return providerButtons(providers, { isOnlyWay: true })
  return html`${passwordForm(page, 'Sign in')}
${
  providers.length > 0 &&
  html`<p class="or">or</p>
${providerButtons(providers)}`
}`
}

/** Only a password links: no button does, which might be pressed without having been read. */
function linkingBody(
  page: SignInPage,
  { shownAs, label, withoutHref }: NonNullable<SignInPage['unlinked']>,
): Html {
  return html`<p class="note">No account here is connected to <bdi class="name">${shownAs}</bdi> at <bdi class="name">${label}</bdi>. If you have one, sign in to it once with your password. From then on <bdi>${label}</bdi> opens it too. If that isn’t you, <b>don’t connect</b>: whoever it is would get into your account.</p>
${passwordForm(page, 'Sign in and connect')}
<p><a class="button wide" href="${withoutHref}">Don’t connect</a></p>`
}

function passwordForm({ issuer, fields, username, hasFailed }: SignInPage, action: string): Html {
  return html`<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.signIn)}">
${hiddenFields(fields)}
<div class="field">
<label for="username">Username</label>
<input id="username" name="username" value="${username}" required autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" enterkeyhint="next"${attributes({ hasFailed, hasFocus: username === '' })}>
</div>
<div class="field">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password" enterkeyhint="go"${attributes({ hasFailed, hasFocus: username !== '' })}>
</div>
<button class="primary wide">${action}</button>
</form>`
}

function lead({ client, isForAccount, isAgain }: SignInPage): Html {
  if (isForAccount) {
    return isAgain
      ? html`Before you change how you get in, sign in once more.`
      : html`to see your account, and where you are signed in.`
  }
  if (client === undefined) return html`to see what the device with your code asks for.`
  return isAgain
    ? html`${clientName(client)}, ${placeOfClient(client)}, asks you to sign in once more.`
    : html`to continue to ${clientName(client)}, ${placeOfClient(client)}.`
}

const FAILED = html`<div class="alert" role="alert" id="failed">${ALERT}<p><b>That didn’t match.</b> The username or the password is not right. Check both and try again.</p></div>`

function attributes({ hasFailed, hasFocus }: { hasFailed: boolean; hasFocus: boolean }): Html {
  return html`${hasFailed && html` aria-invalid="true" aria-describedby="failed"`}${hasFocus && html` autofocus`}`
}
