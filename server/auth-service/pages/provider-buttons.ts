import { type Html, html } from './html.js'
import { GITHUB } from './icons.js'

/** What a page says about a provider, and where its button leads. */
export interface ProviderButton {
  label: string
  kind: 'oidc' | 'github'
  href: string
}

/**
 * The ways in at other services. Links and not forms: browsers hold the redirect after a form against `form-action`, and
 * a provider may send on to any address.
 */
export function providerButtons(buttons: readonly ProviderButton[], { isOnlyWay = false } = {}): Html {
  return html`<div class="ways">${buttons.map(({ label, kind, href }) => {
    const style = isOnlyWay ? 'button primary wide' : 'button wide'
    return html`
<a class="${style}" href="${href}">${providerIcon({ label, kind })}<span>Continue with <bdi>${label}</bdi></span></a>`
  })}
</div>`
}

/** The icon of a provider: its own where it is built in, else the first letter of its name. */
export function providerIcon({ label, kind }: Pick<ProviderButton, 'label' | 'kind'>): Html {
  if (kind === 'github') return GITHUB
  const [letter = '?'] = [...label.trim()]
  return html`<span class="monogram" aria-hidden="true">${letter.toUpperCase()}</span>`
}
