import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { type AccountWords, accountName, avatar } from './account-words.js'
import { clientName } from './client-words.js'
import { type DeviceRequestWords, placeOfRequest, timeOfRequest } from './device-request-words.js'
import { type HiddenFields, hiddenFields } from './form-fields.js'
import { type Html, html } from './html.js'
import { ALERT, DEVICES } from './icons.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'
import { wishList } from './wish-list.js'

export interface DeviceConsentPage {
  issuer: string
  client: { name: string }
  account: AccountWords
  scopes: readonly string[]
  /** Null: the AuthService's own userinfo. */
  resource: string | null
  /** Whether the client gets a refresh token. */
  staysSignedIn: boolean
  request: DeviceRequestWords
  fields: HiddenFields
}

/**
 * Which code, who asks, from where, since when, for what, and as whom it would be. Declining looks no less inviting than
 * allowing: this is where somebody is brought who was talked into it.
 *
 * @see RFC 8628 §5.4
 */
export function deviceConsentPage(page: DeviceConsentPage): Html {
  const { issuer, client, account, request } = page
  const name = clientName(client)
  return layout({
    issuer,
    title: `Allow ${client.name} with the code ${request.userCode}?`,
    picture: html`<span class="tile">${DEVICES}</span><span class="link"></span>${avatar(account)}`,
    heading: html`Allow ${name} to use your account?`,
    lead: 'Only if you have just started it yourself, on a device that shows this code.',
    body: html`
<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.deviceConsent)}">
${hiddenFields(page.fields)}
<section class="request" aria-label="The request">
<p class="code">${request.userCode}</p>
<dl>
<div><dt>From</dt><dd>${placeOfRequest(request)}</dd></div>
<div><dt>Asked</dt><dd>${timeOfRequest(request)}</dd></div>
</dl>
</section>
<section class="person" aria-label="Your account">
${avatar(account)}${accountName(account)}
<button class="quiet" name="decision" value="other-account">Use another account</button>
</section>
${wishList({ ...page, heading: html`${name} would like to` })}
<div class="alert">${ALERT}<p>If somebody <b>sent you</b> the code, or told you to come here, decline: with your permission they would get into your account.</p></div>
<div class="choice">
<button class="primary" name="decision" value="deny">Decline</button>
<button class="primary" name="decision" value="allow">Allow</button>
</div>
</form>`,
    notes: html`If you allow it, ${name} goes on there by itself, and you can close this page.`,
  })
}
