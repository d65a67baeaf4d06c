import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { type AccountNotice, noticeWords } from './account-notices.js'
import { type AccountWords, accountName, avatar } from './account-words.js'
import { type Html, html } from './html.js'
import { CHECK } from './icons.js'
import { layout } from './layout.js'
import { pagePath } from './page-path.js'
import { type EventWords, eventItem } from './security-event-words.js'
import { type BrowserWords, browserItem, type LoginWords, loginItem } from './sign-in-list.js'

/** What is seen without a press: more is a long way to scroll. */
const EVENTS_AT_ONCE = 8

export interface AccountPageWords {
  issuer: string
  account: AccountWords
  /** Says that a form is from a page of ours; see `browser/own-form.ts`. */
  token: string
  notice: AccountNotice | undefined
  takesPasswords: boolean
  /** Whether people can sign in at other services. */
  hasProviders: boolean
  /** How long an API that asks nobody goes on after a login has ended. */
  accessTokenSeconds: number
  logins: readonly LoginWords[]
  browsers: readonly BrowserWords[]
  /** Whether somebody is signed in in more places than are shown. */
  hasMore: boolean
  /** The newest first. */
  events: readonly EventWords[]
}

/** Who somebody is here, where they are signed in, and what has happened to their account. */
export function accountPage(page: AccountPageWords): Html {
  const { issuer, account, notice } = page
  return layout({
    issuer,
    title: 'Your account',
    picture: avatar(account),
    heading: 'Your account',
    lead: 'Who you are here, where you are signed in, and what has happened lately.',
    body: html`
${notice !== undefined && html`<div class="note done" role="status">${CHECK}<p>${noticeWords(notice)}</p></div>`}
<section class="person" aria-label="You">${avatar(account)}${accountName(account)}</section>
<nav class="links" aria-label="Your account">
<a class="button" href="${pagePath(issuer, ENDPOINT_PATHS.accountName)}">Change your name</a>
${page.takesPasswords && html`<a class="button" href="${pagePath(issuer, ENDPOINT_PATHS.accountPassword)}">Change your password</a>`}
${page.hasProviders && html`<a class="button" href="${pagePath(issuer, ENDPOINT_PATHS.accountProviders)}">Connected services</a>`}
<a class="button" href="${pagePath(issuer, ENDPOINT_PATHS.endSession)}">Sign out here</a>
</nav>
${signIns(page)}
${events(page)}`,
    notes: advice(page),
  })
}

/** Whoever got in once may have left another way in behind. */
function advice({ takesPasswords, hasProviders }: AccountPageWords): string {
  const ways = [
    takesPasswords && 'choose another password',
    hasProviders && 'disconnect the services that aren’t yours',
  ].filter((way) => way !== false)
  return `If you don’t know one of these, ${['sign it out', ...ways].join(', and ')}.`
}

function signIns(page: AccountPageWords): Html {
  const { issuer, token, logins, browsers } = page
  return html`<section class="list" aria-labelledby="sign-ins">
<h2 id="sign-ins">Where you are signed in</h2>
<form method="post" action="${pagePath(issuer, ENDPOINT_PATHS.accountSignIns)}">
<input type="hidden" name="token" value="${token}">
<ul class="entries">
${browsers.map(browserItem)}
${logins.map(loginItem)}
</ul>
${page.hasMore && html`<p class="small">There are more than we show here. You can end them all at once.</p>`}
<p class="small">A program that is signed out loses its access within 5 seconds where the API asks us each time, and everywhere after ${minutes(page.accessTokenSeconds)} at most.</p>
<div class="links">
<button name="everywhere" value="others">Sign out everywhere else</button>
<button name="everywhere" value="all">Sign out everywhere, here too</button>
</div>
</form>
</section>`
}

function events({ events }: AccountPageWords): Html {
  return html`<section class="list" aria-labelledby="events">
<h2 id="events">What has happened</h2>
<ul class="entries">
${events.slice(0, EVENTS_AT_ONCE).map(eventItem)}
</ul>
${
  events.length > EVENTS_AT_ONCE &&
  html`<details class="older"><summary>Before that</summary><ul class="entries">
${events.slice(EVENTS_AT_ONCE).map(eventItem)}
</ul></details>`
}
${events.length === 0 && html`<p class="small">Nothing in the last 90 days.</p>`}
</section>`
}

function minutes(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}
