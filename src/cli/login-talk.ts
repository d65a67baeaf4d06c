import type { LoginResult } from '../login/login.js'
import { inWords } from '../login/time-limit.js'
import { displayName } from './display-name.js'
import type { LoginSettings } from './settings.js'
import type { Talk } from './talk.js'
import { visibleText } from './visible-text.js'

/** Says where to log in: always the whole address, on a line of its own, so that it can be copied. */
export function sayWhereToLogIn(
  talk: Talk,
  authorizationUrl: URL,
  options: { api: string; opensBrowser: boolean; timeoutSeconds: number },
): void {
  const { bold, dim } = talk.style
  talk.say()
  talk.say(`Log in to ${bold(options.api)}`)
  talk.say()
  talk.insist(
    options.opensBrowser
      ? 'Your browser opens this page. If it does not, open it yourself:'
      : 'Open this page in a browser on this computer:',
  )
  talk.say()
  talk.insist(authorizationUrl.href)
  talk.say()
  talk.say(dim(`Waiting up to ${inWords(options.timeoutSeconds)} for you to finish there. Ctrl-C stops.`))
}

/** Says that a login worked, and what a person should know about it. */
export function sayLoggedIn(talk: Talk, settings: LoginSettings, result: LoginResult): void {
  const { session, place, scopesNotGranted, replacedRevocation } = result
  const { bold, dim, green } = talk.style
  const profile = settings.profile === 'default' ? '' : ` (profile ${settings.profile})`
  talk.say()
  talk.say(`${green('✓')} logged in as ${bold(visibleText(displayName(session.account)))}${profile}`)
  talk.say(dim(`  The session is in ${visibleText(place)}.`))
  if (scopesNotGranted.length > 0) {
    talk.warn(`the AuthService did not grant ${scopesNotGranted.join(' ')}`)
  }
  if (session.refreshToken === undefined) {
    talk.warn('the AuthService gave no refresh token: you will have to log in again when this one expires')
  }
  if (replacedRevocation === 'unreachable' || replacedRevocation === 'refused') {
    talk.warn('the login before this one could not be ended at the AuthService; here it is gone')
  }
}
