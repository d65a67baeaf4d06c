import { readFileSync } from 'node:fs'
import { isLoopback } from '../../discovery/https-or-loopback.js'
import { chooseProxy, type Http, HttpError } from '../../http.js'
import { variable } from '../settings.js'
import { broken, type Check, type Outcome, ok, unchecked } from './check.js'
import type { KnownPlaces } from './public-text.js'

type Environment = Readonly<Record<string, string | undefined>>

/** An answer of each of two places has less. */
const LIMIT_SECONDS = 25

/** Stands for all addresses where none is known. */
const ANY_PLACE = 'https://authcli.invalid'

const TRUST_MORE =
  "let NODE_EXTRA_CA_CERTS name a file with your company's authority, or mend the certificate"

/** Whether the environment wants a proxy on the way to the known places, and one that can be meant. */
export function proxyCheck(places: KnownPlaces, env: Environment): Check {
  return {
    name: 'proxy',
    limitSeconds: LIMIT_SECONDS,
    look() {
      try {
        const proxied = urlsOf(places).filter((url) => chooseProxy(url, env) !== undefined)
        return ok(proxied.length === 0 ? 'none on the way' : 'on the way, as the environment wants it')
      } catch (error) {
        if (!(error instanceof HttpError)) throw error
        return broken(error.publicReason, 'give it the form http://HOST:PORT, or unset it')
      }
    },
  }
}

/** Whether certificates are checked, by which authorities, and whether those of the known places pass. */
export function certificatesCheck({ http }: { http: Http }, places: KnownPlaces, env: Environment): Check {
  return {
    name: 'certificates',
    limitSeconds: LIMIT_SECONDS,
    look: async () => authoritiesProblem(env) ?? (await lookAtCertificates(http, places, env)),
  }
}

function authoritiesProblem(env: Environment): Outcome | undefined {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    return broken('NODE_TLS_REJECT_UNAUTHORIZED=0 lets every certificate pass', `unset it; ${TRUST_MORE}`)
  }
  const file = variable(env, 'NODE_EXTRA_CA_CERTS')
  if (file === undefined) return undefined
  try {
    if (readFileSync(file, 'latin1').includes('-----BEGIN CERTIFICATE-----')) return undefined
    return broken('NODE_EXTRA_CA_CERTS names a file without a certificate', 'let it name a PEM file')
  } catch {
    return broken("NODE_EXTRA_CA_CERTS names a file that can't be read", 'correct it, or unset it')
  }
}

async function lookAtCertificates(http: Http, places: KnownPlaces, env: Environment): Promise<Outcome> {
  const urls = [...new Set(urlsOf(places).map(({ origin }) => origin))].map((origin) => new URL(origin))
  const secured = urls.filter(({ protocol, origin }) => protocol === 'https:' && origin !== ANY_PLACE)
  for (const url of secured) {
    try {
      await http({ method: 'HEAD', url })
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      if (/certificate|TLS/.test(error.publicReason)) {
        return broken(`${url.origin}: ${error.publicReason}`, TRUST_MORE)
      }
    }
  }
  const more = variable(env, 'NODE_EXTRA_CA_CERTS') === undefined ? '' : ' and those of NODE_EXTRA_CA_CERTS'
  const says = `checked against the authorities of Node${more}`
  if (secured.length > 0) return ok(says)
  return urls.every(isLoopback) ? unchecked('none on this computer') : unchecked(says)
}

function urlsOf({ issuer, api }: KnownPlaces): URL[] {
  const known = [issuer, api].filter((place) => place !== undefined && URL.canParse(place))
  return (known.length === 0 ? [ANY_PLACE] : known).map((place) => new URL(place ?? ANY_PLACE))
}
