import type { AuthorizationServer } from '../discovery/discover.js'

/** Our AuthService cuts there; more helps nobody to tell two devices apart. */
const MAX_CHARACTERS = 64

/** A name as it can be shown: in one line, and not too long. Undefined where nothing is left of it. */
export function readDeviceName(text: string): string | undefined {
  const line = text
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return line === '' ? undefined : [...line].slice(0, MAX_CHARACTERS).join('')
}

/**
 * The parameter of a token request by which a person will know this login among theirs. It goes only to an AuthService
 * that says in its metadata that it takes it: to others the name of a computer is no business.
 */
export function deviceNameParameter({
  server,
  deviceName,
}: {
  server: AuthorizationServer
  deviceName?: string
}): { device_name?: string } {
  const isTaken = server.metadata.device_name_parameter_supported === true
  return isTaken && deviceName !== undefined ? { device_name: deviceName } : {}
}
