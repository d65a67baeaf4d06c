/** The addresses that a login or a command would use, as far as they are known. */
export interface KnownPlaces {
  issuer: string | undefined
  api: string | undefined
}

const HIDDEN = '…'

/**
 * A text that may be read by anybody: without an address of another host than those of the AuthService and
 * the API, and without what it quotes of somebody else's document.
 */
export function publicText(text: string, { issuer, api }: KnownPlaces): string {
  const hosts = [issuer, api].flatMap((place) =>
    place !== undefined && URL.canParse(place) ? new URL(place).host : [],
  )
  const isKnown = (address: string) => {
    const url = URL.canParse(address) ? new URL(address) : undefined
    // Whatever an address holds beside host and path may be a password or a key.
    return url !== undefined && hosts.includes(url.host) && url.href === url.origin + url.pathname
  }
  return text
    .replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => (isKnown(quoted.slice(1, -1)) ? quoted : `"${HIDDEN}"`))
    .replace(/\b[a-z][a-z\d+.-]*:\/\/[^\s"'`,;)]+/gi, (address) => (isKnown(address) ? address : HIDDEN))
}
