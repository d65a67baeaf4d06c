import { type Html, html } from './html.js'

// Lines on a square of 24, in the colour of the text around them. They only please the eye: screen readers skip them.

/** The mark of the AuthService. */
export const KEYHOLE = icon(
  'M12 2.75a9.25 9.25 0 1 0 0 18.5 9.25 9.25 0 0 0 0-18.5ZM10.6 12.3 10 16.5h4l-.6-4.2a2.6 2.6 0 1 0-2.8 0Z',
)

/** A program on this computer. */
export const TERMINAL = icon(
  'M5 4.75h14A2.25 2.25 0 0 1 21.25 7v10A2.25 2.25 0 0 1 19 19.25H5A2.25 2.25 0 0 1 2.75 17V7A2.25 2.25 0 0 1 5 4.75ZM6.75 9l2.75 2.75-2.75 2.75M12.5 14.75h4.25',
)

/** A program on another device: a screen, and a phone beside it. */
export const DEVICES = icon(
  'M12.25 16.25H5A2.25 2.25 0 0 1 2.75 14V6.500A2.25 2.25 0 0 1 5 4.25h12A2.25 2.25 0 0 1 19.25 6.500v1M12.25 19.750H6.500M17 10.750h2.500a1.75 1.75 0 0 1 1.75 1.75v5.500a1.75 1.75 0 0 1-1.75 1.75H17a1.75 1.75 0 0 1-1.75-1.75v-5.500A1.75 1.75 0 0 1 17 10.750Z',
)

/** Somebody. */
export const PERSON = icon(
  'M12 3.250a4.250 4.250 0 1 0 0 8.500 4.250 4.250 0 0 0 0-8.500ZM3.750 20.750c.6-3.900 3.900-6.250 8.250-6.250s7.650 2.350 8.250 6.250',
)

/** An app on the web. */
export const GLOBE = icon(
  'M12 2.75a9.25 9.25 0 1 0 0 18.5 9.25 9.25 0 0 0 0-18.5ZM3 12h18M12 2.75c2.5 2.6 3.75 5.7 3.75 9.25S14.5 18.65 12 21.25C9.5 18.65 8.25 15.55 8.25 12S9.5 5.35 12 2.75Z',
)

export const CHECK = icon('m5.5 12.5 4.25 4.25L18.5 7.75')

export const CROSS = icon('M6.500 6.500l11 11M17.500 6.500l-11 11')

export const ALERT = icon('M12 2.75a9.25 9.25 0 1 0 0 18.5 9.25 9.25 0 0 0 0-18.5ZM12 7.5v5.25M12 16.25v.01')

/** A cat's head, for GitHub. */
export const GITHUB = icon(
  'M4.75 4.25v5.100a7 7 0 0 0-1 3.650c0 4.250 3.500 6.750 8.250 6.750s8.250-2.500 8.250-6.750a7 7 0 0 0-1-3.650v-5.100l-4 2.150a13 13 0 0 0-6.500 0ZM9 12.500v1M15 12.500v1M10.500 16.400c1 .6 2 .6 3 0',
)

function icon(path: string): Html {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`
}
