import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { type HiddenFields, hiddenFields } from './form-fields.js'
import { type Html, html } from './html.js'
import { ALERT, DEVICES } from './icons.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'

export interface DeviceCodePage {
  issuer: string
  /** What stands in the field already: the code of a link, or what was typed before. */
  code: string
  /** Whether that leads nowhere. */
  isWrong: boolean
  fields: HiddenFields
}

/** Where a person enters the code that a device shows, or compares the one of a link with it. */
export function deviceCodePage({ issuer, code, isWrong, fields }: DeviceCodePage): Html {
  const isGiven = code !== '' && !isWrong
  return layout({
    issuer,
    title: isWrong ? 'That code leads nowhere' : isGiven ? 'Compare the code' : 'Enter the code',
    picture: html`<span class="tile">${DEVICES}</span>`,
    heading: isGiven ? 'Is this the code on your device?' : 'Enter the code of your device',
    lead: isGiven
      ? 'Compare it letter by letter with the one in your terminal, or wherever you are logging in.'
      : 'Your terminal, or wherever you are logging in, shows eight letters.',
    body: html`
${isWrong && WRONG}
<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.device)}">
${hiddenFields(fields)}
<div class="field">
<label for="user_code">Code</label>
<input id="user_code" class="code" name="user_code" value="${code}" required autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" enterkeyhint="go"${isWrong ? INVALID : HELPED}${!isGiven && html` autofocus`}>
<p class="small" id="help">Small letters will do, and the dash may be left out.</p>
</div>
<button class="primary wide">Continue</button>
</form>`,
    notes: html`Enter only a code that you see on a device of your own. If somebody gave you this one, by phone, by mail or in a chat, <b>close the page</b>: with it they would get into your account.`,
  })
}

// Why is not said: a code that was never given out, one that is over, and one of somebody else are all the same.
const WRONG = html`<div class="alert" role="alert" id="wrong">${ALERT}<p><b>That code leads nowhere.</b> Check each letter. If it is older than ten minutes, or was entered in another browser, start again on your device.</p></div>`

const HELPED = html` aria-describedby="help"`
const INVALID = html` aria-invalid="true" aria-describedby="wrong help"`
