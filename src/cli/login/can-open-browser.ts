import type { Surroundings } from './surroundings.js'

/**
 * Whether a browser that authcli starts appears before the person, and reaches a port of this computer. What
 * `BROWSER` names is trusted to do so: editors that work on other computers set it to what opens pages at home,
 * and pass the port on. Otherwise not over SSH, whose person sits elsewhere even where a desktop is.
 */
export function canOpenBrowser(surroundings: Surroundings): boolean {
  const { hasNamedBrowser, ssh, isWsl, isContainer, hasDisplay } = surroundings
  if (hasNamedBrowser) return true
  if (ssh !== undefined) return false
  return (isWsl && !isContainer) || hasDisplay
}
