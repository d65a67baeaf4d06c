import { type Html, html } from './html.js'

/** What a form sends along that nobody types. */
export interface HiddenFields {
  /** Says that the form is from a page of ours; see `browser/own-form.ts`. */
  token: string
  /** What goes from page to page, sealed; see `browser/seal.ts`. */
  interaction: string
}

export function hiddenFields({ token, interaction }: HiddenFields): Html {
  return html`<input type="hidden" name="token" value="${token}">
<input type="hidden" name="interaction" value="${interaction}">`
}
