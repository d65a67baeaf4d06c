import { DEFAULT_PROFILE } from './configuration.js'

/** No shell reads anything else in it than what it says. */
const HARMLESS_IN_A_SHELL = /^[\w.:/[\]-]+$/

/**
 * `authcli login …` as a person would type it for a profile; in hints, from where it will be pasted into a
 * shell. An address that a shell would take for more than an address is written as `URL`.
 */
export function loginCommandLine(profile: string, flags: { api?: string | undefined } = {}): string {
  const { api } = flags
  const words = [
    'authcli login',
    ...(profile === DEFAULT_PROFILE ? [] : [`--profile ${profile}`]),
    ...(api === undefined ? [] : [`--api ${HARMLESS_IN_A_SHELL.test(api) ? api : 'URL'}`]),
  ]
  return words.join(' ')
}
