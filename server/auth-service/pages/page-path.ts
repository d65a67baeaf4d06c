import { issuerParts } from '../issuer-parts.js'

/**
 * The path of a page as browsers see it: below the path of the issuer. Links and forms use paths and no whole URLs,
 * so that they work under whichever name of this machine the person has opened the page.
 *
 * @param path one of `ENDPOINT_PATHS`.
 */
export function pagePath(issuer: string, path: string): string {
  return issuerParts(issuer).path + path
}
