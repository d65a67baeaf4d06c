import type { SecurityEventKind } from '../store/security-events.js'
import { type Html, html } from './html.js'
import { placeWords } from './place-words.js'
import { timeWords } from './time-words.js'

/** What a page says about something that happened to an account. */
export interface EventWords {
  kind: SecurityEventKind
  /** Epoch milliseconds. */
  at: number
  /** The address that it came from; null for what the people who run the service did. */
  source: string | null
  /** The name of the program. */
  client: string | undefined
  /** What the button of the provider says that it is. */
  provider: string | undefined
}

const WHAT: Readonly<Record<SecurityEventKind, (words: EventWords) => Html>> = {
  'signed-in': ({ client, provider }) =>
    html`Signed in${provider && html` with ${name(provider)}`}${client && html`, for ${name(client)}`}`,
  'sign-in-failed': ({ provider }) =>
    provider === undefined
      ? html`Somebody typed a wrong password`
      : html`A sign-in with ${name(provider)} was refused`,
  'password-changed': ({ source }) =>
    source === null ? html`Your password was changed for you` : html`Password changed`,
  'password-link-made': () => html`A link for choosing a password was made for you`,
  'password-link-used': () => html`Password chosen by a link`,
  'provider-linked': ({ provider }) => html`${provider ? name(provider) : 'Another service'} connected`,
  'provider-unlinked': ({ provider }) => html`${provider ? name(provider) : 'Another service'} disconnected`,
  'device-approved': ({ client }) => html`${client ? name(client) : 'A program'} allowed on another device`,
  'login-ended': ({ client }) => (client ? html`${name(client)} signed out` : html`A browser signed out`),
  'signed-out-everywhere': () => html`Signed out everywhere`,
  'reuse-found': ({ client }) =>
    html`${client ? name(client) : 'A program'} signed out, because somebody else had its key, too`,
  'account-disabled': () => html`Account switched off`,
  'account-enabled': () => html`Account switched on again`,
}

/** What deserves a second look. */
const ALARMING: ReadonlySet<SecurityEventKind> = new Set(['sign-in-failed', 'reuse-found'])

/** What happened, from where, and when. */
export function eventItem(event: EventWords): Html {
  const place = event.source === null ? 'by the people who run this service' : placeOf(event.source)
  return html`<li class="${ALARMING.has(event.kind) ? 'entry alarming' : 'entry'}">
<span class="what">${WHAT[event.kind](event)}</span>
<span class="more">${place} · ${timeWords(event.at)}</span>
</li>`
}

function placeOf(source: string): Html {
  return html`from ${placeWords(source)}`
}

function name(text: string): Html {
  return html`<bdi class="name">${text}</bdi>`
}
