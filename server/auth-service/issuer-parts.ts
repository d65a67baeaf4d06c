/** What pages need of the issuer's URL. */
export interface IssuerParts {
  /** As people read it: the name, and the port where it isn't the usual one. */
  host: string
  origin: string
  /** Without a slash at its end; empty where the issuer is at the root. */
  path: string
}

/** A process has one issuer, and every page needs it several times. */
const known = new Map<string, IssuerParts>()

/** Takes the issuer's URL apart, once. */
export function issuerParts(issuer: string): IssuerParts {
  let parts = known.get(issuer)
  if (parts === undefined) {
    const { host, origin, pathname } = new URL(issuer)
    parts = { host, origin, path: pathname === '/' ? '' : pathname }
    known.set(issuer, parts)
  }
  return parts
}
