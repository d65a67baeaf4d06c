/** How a login sends the person to the AuthService, or that it does not. */
export type WayOfLogin =
  /** Prints the URL and opens the browser. */
  | 'open-browser'
  /** Prints the URL and waits for whoever opens it. */
  | 'print-only'
  /** Nobody is there to wait for. */
  | 'refuse'

/**
 * Decides whether a login may wait for a person, and whether it may open a browser. Without a terminal it
 * does neither by itself; `--no-browser` or an explicit `--timeout` say that somebody will open the printed
 * URL, and then it prints and waits. A browser is opened on a terminal only.
 */
export function wayOfLogin(surroundings: {
  stdinIsTerminal: boolean
  stderrIsTerminal: boolean
  noBrowserFlag: boolean
  timeoutFlag: boolean
}): WayOfLogin {
  const { stdinIsTerminal, stderrIsTerminal, noBrowserFlag, timeoutFlag } = surroundings
  if (stdinIsTerminal && stderrIsTerminal) return noBrowserFlag ? 'print-only' : 'open-browser'
  return noBrowserFlag || timeoutFlag ? 'print-only' : 'refuse'
}
