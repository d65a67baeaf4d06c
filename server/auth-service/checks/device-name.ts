import type { RequestParameters } from './request-parameters.js'

const MAX_CHARACTERS = 64

/**
 * What the device of a token request calls itself, so that a person can tell their logins apart: one line, at most 64
 * characters, null for nothing that can be shown. Anybody can say anything; nothing but a page ever uses it.
 */
export function requestedDeviceName(parameters: RequestParameters): string | null {
  const name = (parameters.get('device_name') ?? '')
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return name === '' ? null : [...name].slice(0, MAX_CHARACTERS).join('')
}
