import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { type AccountWords, accountName, avatar } from './account-words.js'
import { type ClientWords, clientName, clientTile, isOnThisComputer, placeOfClient } from './client-words.js'
import { type HiddenFields, hiddenFields } from './form-fields.js'
import { type Html, html } from './html.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'
import { wishList } from './wish-list.js'

export interface ConsentPage {
  issuer: string
  client: ClientWords
  account: AccountWords
  scopes: readonly string[]
  /** Null: the AuthService's own userinfo. */
  resource: string | null
  /** Whether the client gets a refresh token. */
  staysSignedIn: boolean
  /** Whether the person allowed all of this before, and only has to press the button again. */
  isRepeated: boolean
  fields: HiddenFields
}

/** Who asks, for what, and as whom it would be. Declining is as easy as allowing. */
export function consentPage(page: ConsentPage): Html {
  const { issuer, client, account, isRepeated } = page
  const name = clientName(client)
  return layout({
    issuer,
    title: isRepeated ? `Continue to ${client.name}` : `Allow ${client.name}?`,
    picture: html`${clientTile(client)}<span class="link"></span>${avatar(account)}`,
    heading: isRepeated ? html`Continue to ${name}?` : html`Allow ${name} to use your account?`,
    lead: html`${name} runs ${placeOfClient(client)}${
      isRepeated && ', and you have allowed it this before'
    }.`,
    body: html`
<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.consent)}">
${hiddenFields(page.fields)}
<section class="person" aria-label="Your account">
${avatar(account)}${accountName(account)}
<button class="quiet" name="decision" value="other-account">Use another account</button>
</section>
${wishList({ ...page, heading: html`${name} ${isRepeated ? 'can' : 'would like to'}` })}
<div class="choice">
<button name="decision" value="deny">Decline</button>
<button class="primary" name="decision" value="allow">${isRepeated ? 'Continue' : 'Allow'}</button>
</div>
</form>`,
    notes: closing(client),
  })
}

function closing(client: ClientWords): Html {
  const { host } = new URL(client.redirectUri)
  const back = html`Either way you go back to ${clientName(client)}${host !== '' && html` at <bdi class="address">${host}</bdi>`}.`
  return isOnThisComputer(client)
    ? html`${back} If you didn’t just start it yourself, decline.`
    : html`${back}`
}
