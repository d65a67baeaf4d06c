import type { DeviceCode } from '../../login/device-grant.js'
import type { OtherWays, SendPersonTo } from '../../login/login-ways.js'
import { openSystemBrowser } from '../../login/system-browser.js'
import type { CommandContext } from '../command-context.js'
import { deviceCodePicture } from './device-code-picture.js'
import {
  complain,
  type LoginLayout,
  sayAddress,
  sayDeviceCode,
  sayDevicePicture,
  sayHeading,
  sayWaiting,
} from './login-talk.js'
import { sshTunnelLine } from './ssh-tunnel.js'
import type { Surroundings } from './surroundings.js'
import { typedLines } from './typed-lines.js'
import type { PossibleWays } from './way-of-login.js'

/** How a login shows the person where to go, and hears from them. */
export interface LoginPerson {
  sendPersonTo: SendPersonTo
  otherWays?: OtherWays
}

/** What the person is told with it. */
export interface LoginPersonOptions {
  ways: PossibleWays
  surroundings: Surroundings
  api: string
  timeoutSeconds: number
  isQuiet: boolean
}

/** Back to the beginning of the line, and away with what stands there. */
const CLEAR_LINE = '\r\u001b[K'

/** Joins the ways that a login takes with the terminal, the browser and the keyboard that there are. */
export function loginPerson(context: CommandContext, options: LoginPersonOptions): LoginPerson {
  const { talk, trace, dependencies } = context
  const { ways, surroundings, api, timeoutSeconds, isQuiet } = options
  const { stderr, stdin, env } = dependencies
  const openBrowser = dependencies.edges?.openBrowser ?? openSystemBrowser
  const columns = surroundings.hasTerminal ? (stderr.columns ?? 80) : Number.POSITIVE_INFINITY
  const layout: LoginLayout = { talk, columns }
  const canClearLine = surroundings.hasTerminal && env['TERM'] !== 'dumb'
  const { deviceGrant } = ways
  let pressEnter: (() => void) | undefined
  let hasHeading = false
  let pendingCharacters = 0

  const begin = (): void => {
    showPending(0)
    if (!hasHeading) sayHeading(layout, api)
    else talk.say()
    hasHeading = true
  }
  const showPending = (characters: number): void => {
    if (!canClearLine || characters === pendingCharacters) return
    pendingCharacters = characters
    const note = characters === 0 ? '' : talk.style.dim(`${characters} characters; Enter ends them`)
    stderr.write(CLEAR_LINE + note)
  }
  const noBrowser = (reason: string): void => {
    showPending(0)
    talk.warn(`the browser could not be opened (${reason}): open the address above yourself`)
    pressEnter?.()
  }

  const sendPersonTo: SendPersonTo = (authorizationUrl, offer) => {
    if (!hasHeading) begin()
    const redirectUri = new URL(authorizationUrl.searchParams.get('redirect_uri') ?? authorizationUrl)
    const { ssh } = surroundings
    const tunnel = ssh === undefined || ways.opensBrowser ? undefined : sshTunnelLine(ssh, redirectUri)
    const hasBrowserElsewhere = deviceGrant === 'at-once'
    sayAddress(layout, authorizationUrl, { ...ways, deviceGrant: offer, hasBrowserElsewhere, tunnel })
    sayWaiting(layout, timeoutSeconds)
    if (!ways.opensBrowser) return
    openBrowser(authorizationUrl, noBrowser).then(
      () => trace({ event: 'browser-opened', url: authorizationUrl.origin + authorizationUrl.pathname }),
      (error: unknown) => noBrowser(error instanceof Error ? error.message : 'unknown error'),
    )
  }
  if (deviceGrant === 'no') return { sendPersonTo }

  const showDeviceCode = async (code: DeviceCode): Promise<void> => {
    begin()
    if (surroundings.showsBlocks && !isQuiet) {
      const { qrCode } = await import('./qr-code.js')
      const { style } = talk
      const address = code.verificationUriComplete ?? code.verificationUri
      const picture = deviceCodePicture(code, qrCode(address.href, style), { columns, style })
      sayDevicePicture(layout, picture)
    } else sayDeviceCode(layout, code)
    if (deviceGrant === 'only') sayWaiting(layout, timeoutSeconds)
  }
  const readLines: OtherWays['readLines'] = (onLine) => {
    const keyboard = stdin.openKeyboard?.()
    keyboard?.onText(typedLines({ onLine, onPending: showPending }))
    pressEnter = () => onLine('')
    return () => {
      pressEnter = undefined
      showPending(0)
      keyboard?.close()
    }
  }
  return {
    sendPersonTo,
    otherWays: {
      deviceGrant,
      showDeviceCode,
      complain(problem) {
        showPending(0)
        complain(layout, problem)
      },
      ...(ways.readsKeyboard && { readLines }),
    },
  }
}
