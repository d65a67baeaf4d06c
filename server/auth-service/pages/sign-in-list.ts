import { type Html, html } from './html.js'
import { DEVICES, GLOBE } from './icons.js'
import { placeWords } from './place-words.js'
import { scopeWords } from './scope-words.js'
import { timeWords } from './time-words.js'

/** What a page says about a login of a program. */
export interface LoginWords {
  id: string
  clientName: string
  /** What the device calls itself: anybody may have written it. */
  deviceName: string | null
  /** The address that the program came from last. */
  source: string | null
  /** Epoch milliseconds. */
  createdAt: number
  /** Epoch milliseconds. */
  lastUsedAt: number
  /** Names separated by spaces. */
  scope: string
}

/** What a page says about a browser in which somebody is signed in. */
export interface BrowserWords {
  idHash: string
  /** Epoch milliseconds. */
  signedInAt: number
  /** Whether it is the one that is shown the page. */
  isThis: boolean
}

/** A program, the device and the place where it is, how long it has been there, and what it may do. */
export function loginItem(login: LoginWords): Html {
  const { id, clientName, deviceName, source, createdAt, lastUsedAt, scope } = login
  const name = html`<bdi class="name">${clientName}</bdi>${deviceName !== null && html` on <bdi class="name">${deviceName}</bdi>`}`
  return html`<li class="entry sign-in">
${DEVICES}
<div>
<span class="what">${name}</span>
<span class="more">Last used ${timeWords(lastUsedAt)}${source !== null && html`, from ${placeWords(source)}`}</span>
<span class="more">Signed in ${timeWords(createdAt)}</span>
<details class="more"><summary>What it may do</summary><ul>
${scopeWords(scope.split(' ').filter(Boolean), { staysSignedIn: false }).map(({ what }) => html`<li>${what}</li>`)}
</ul></details>
</div>
<button class="end" name="login" value="${id}">Sign out<span class="unseen"> ${name}</span></button>
</li>`
}

export function browserItem({ idHash, signedInAt, isThis }: BrowserWords): Html {
  return html`<li class="entry sign-in">
${GLOBE}
<div>
<span class="what">${isThis ? 'This browser' : 'A browser'}</span>
<span class="more">Signed in ${timeWords(signedInAt)}</span>
</div>
${!isThis && html`<button class="end" name="browser" value="${idHash}">Sign out<span class="unseen"> the browser of ${timeWords(signedInAt)}</span></button>`}
</li>`
}
