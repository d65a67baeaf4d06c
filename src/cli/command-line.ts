import { DEFAULT_PROFILE } from './configuration.js'

/** `authcli login …` as a person would type it for a profile; in hints, where it can be copied. */
export function loginCommandLine(
  profile: string,
  flags: { api?: string | undefined; scope?: string | undefined } = {},
): string {
  const { api, scope } = flags
  const words = [
    'authcli login',
    ...(profile === DEFAULT_PROFILE ? [] : [`--profile ${profile}`]),
    ...(api === undefined ? [] : [`--api ${api}`]),
    ...(scope === undefined ? [] : [`--scope '${scope}'`]),
  ]
  return words.join(' ')
}
