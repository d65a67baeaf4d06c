import type { DeviceCode } from '../../login/device-grant.js'
import type { LoginResult } from '../../login/login.js'
import { inWords } from '../../login/time-limit.js'
import { displayName } from '../display-name.js'
import type { LoginSettings } from '../settings.js'
import type { Talk } from '../talk.js'
import { visibleText } from '../visible-text.js'
import { wrapText } from './wrap-text.js'

/** How what a login says is laid out. */
export interface LoginLayout {
  talk: Talk
  /** Of the terminal; without one nothing is broken into lines. */
  columns: number
}

/** What can be said of the ways besides the browser that opens. */
export interface AddressOptions {
  opensBrowser: boolean
  /** What is pasted is read. */
  readsKeyboard: boolean
  deviceGrant: 'shown' | 'on-request' | 'no'
  /** There is none on this computer that the person would see. */
  hasBrowserElsewhere: boolean
  /** What would make the redirect reach this computer from the one where the person sits. */
  tunnel: string | undefined
}

export function sayHeading({ talk }: LoginLayout, api: string): void {
  talk.say()
  talk.say(`Log in to ${talk.style.bold(api)}`)
  talk.say()
}

/** Says where to log in: always the whole address, on a line of its own, so that it can be copied. */
export function sayAddress(layout: LoginLayout, authorizationUrl: URL, options: AddressOptions): void {
  const { talk } = layout
  const { readsKeyboard, deviceGrant, tunnel } = options
  if (tunnel !== undefined) {
    const or = deviceGrant === 'shown' ? 'Or log in' : 'Log in'
    sayText(
      layout,
      `${or} with the browser of the computer where you sit. Keep this running in a terminal there:`,
    )
    talk.say()
    talk.say(tunnel)
    talk.say()
  }
  insistOnText(layout, invitation(options))
  talk.say()
  talk.insist(authorizationUrl.href)
  talk.say()
  if (readsKeyboard) {
    const where = tunnel === undefined ? 'On another computer' : 'Without that'
    sayDim(layout, `${where} the last page does not load: copy its address, and paste it here.`)
  }
  if (deviceGrant === 'on-request') sayDim(layout, 'To log in with a phone instead, press Enter for a code.')
}

function invitation(options: AddressOptions): string {
  const { opensBrowser, tunnel, deviceGrant, hasBrowserElsewhere } = options
  if (opensBrowser) return 'Your browser opens this page. If it does not, open it yourself:'
  if (tunnel !== undefined) return 'Then open this page there:'
  const or = deviceGrant === 'shown' ? 'Or open' : 'Open'
  return `${or} this page in ${hasBrowserElsewhere ? 'any browser' : 'a browser on this computer'}:`
}

/** Says in plain words, for whatever reads it, where to type which code. */
export function sayDeviceCode(layout: LoginLayout, { userCode, verificationUri }: DeviceCode): void {
  insistOnText(
    layout,
    `Open this page on a phone or any other computer, and enter the code ${userCode} there:`,
  )
  layout.talk.say()
  layout.talk.insist(verificationUri.href)
  layout.talk.say()
}

/** Shows the same as a picture. */
export function sayDevicePicture(
  layout: LoginLayout,
  { lines, hasQrCode }: { lines: readonly string[]; hasQrCode: boolean },
): void {
  const scan = hasQrCode ? 'scan this or open' : 'open'
  sayText(layout, `On a phone or another computer, ${scan} the page, and enter the code:`)
  layout.talk.say()
  for (const line of lines) layout.talk.say(line)
  layout.talk.say()
}

/** Says that something did not work, and that the wait goes on. */
export function complain(layout: LoginLayout, problem: string): void {
  insistOnText(layout, `authcli: ${visibleText(problem)}`)
}

/** Says how long the wait is. */
export function sayWaiting(layout: LoginLayout, timeoutSeconds: number): void {
  sayDim(layout, `Waiting up to ${inWords(timeoutSeconds)} for you to finish there. Ctrl-C stops.`)
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

function sayText({ talk, columns }: LoginLayout, text: string): void {
  for (const line of wrapText(text, columns)) talk.say(line)
}

function sayDim({ talk, columns }: LoginLayout, text: string): void {
  for (const line of wrapText(text, columns)) talk.say(talk.style.dim(line))
}

function insistOnText({ talk, columns }: LoginLayout, text: string): void {
  for (const line of wrapText(text, columns)) talk.insist(line)
}
