import { sourceOf } from '../browser/source.js'
import { type Html, html } from './html.js'
import { addressWords, isThisComputer } from './place-words.js'

/** What a page says about the request of a device. */
export interface DeviceRequestWords {
  /** As we write it. */
  userCode: string
  /** The address that the device asked from. */
  source: string
  /** The address of the browser that is shown the page. */
  ownSource: string
  /** Epoch milliseconds. */
  startedAt: number
  /** Epoch milliseconds. */
  now: number
}

/** Where a request came from, and whether that is where the person is. */
export function placeOfRequest({ source, ownSource }: DeviceRequestWords): Html {
  if (isThisComputer(source)) return html`this computer`
  const address = addressWords(source)
  return sourceOf(source) === sourceOf(ownSource)
    ? html`${address}, the network that you are in now`
    : html`${address}, another network than the one that you are in now`
}

/** When a request came: how long ago, and the time of day that a person anywhere can work out. */
export function timeOfRequest({ startedAt, now }: DeviceRequestWords): Html {
  const instant = new Date(startedAt).toISOString()
  const minutes = Math.floor((now - startedAt) / 60_000)
  const ago = minutes < 1 ? 'just now' : minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`
  return html`<time datetime="${instant}">${ago}, at ${instant.slice(11, 16)} UTC</time>`
}
