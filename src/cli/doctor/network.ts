import { ask } from '../../discovery/ask.js'
import { type AuthorizationServer, discoverAuthorizationServer } from '../../discovery/discover.js'
import { parseHttpsOrLoopbackUrl } from '../../discovery/https-or-loopback.js'
import { canonicalResource } from '../../discovery/resource-identifier.js'
import { AuthcliError } from '../../errors.js'
import { type Http, HttpError } from '../../http.js'
import { remaining } from '../age.js'
import { broken, type Check, type Outcome, ok, unchecked } from './check.js'
import { type KnownPlaces, publicText } from './public-text.js'

/** An answer of each of two documents has less. */
const LIMIT_SECONDS = 25

/** Tokens are checked with less tolerance than this by many an AuthService, and certificates with none. */
const MAX_CLOCK_DIFFERENCE_SECONDS = 30

const NO_ISSUER = unchecked('no AuthService is known yet: `authcli login --api URL` finds it')
const CHECK_NETWORK = 'check the address and the network; HTTPS_PROXY names the proxy, where there is one'

/** The AuthService, from its address to its keys, its clock, and the API. Asks each only once. */
export function networkChecks({ http }: { http: Http }, places: KnownPlaces, now: () => number): Check[] {
  const { issuer } = places
  const clock = watchClock(http, now)
  let discovery: Promise<AuthorizationServer> | undefined
  const discover = (known: string) => {
    discovery ??= discoverAuthorizationServer({ http: clock.http }, known)
    return discovery
  }
  const ofIssuer = (name: string, look: (known: string) => Promise<Outcome>): Check => ({
    name,
    limitSeconds: LIMIT_SECONDS,
    look: async () => (issuer === undefined ? NO_ISSUER : await look(issuer)),
  })
  const explain = (error: unknown) => outcomeOf(error, places)
  const afterDiscovery = (look: (server: AuthorizationServer) => Promise<Outcome>) => (known: string) =>
    discover(known).then(
      (server) => look(server).catch(explain),
      (error: unknown) => {
        if (error instanceof AuthcliError) return unchecked('not without the metadata')
        throw error
      },
    )

  return [
    ofIssuer('issuer', async (known) => {
      try {
        await discover(known)
      } catch (error) {
        if (!(error instanceof AuthcliError)) throw error
        // That it says something wrong is a matter of its metadata.
        if (error.code === 'AUTH_SERVICE_UNREACHABLE' || !hasAddress(known)) return explain(error)
      }
      return ok(known)
    }),
    ofIssuer('metadata', (known) =>
      discover(known).then(
        () => ok('speaks for the issuer, and offers what a login needs'),
        (error: unknown) =>
          error instanceof AuthcliError && error.code === 'AUTH_SERVICE_UNREACHABLE'
            ? unchecked('not without an answer of the issuer')
            : explain(error),
      ),
    ),
    ofIssuer(
      'signing keys',
      afterDiscovery(({ metadata }) => lookAtKeys(http, metadata.jwks_uri)),
    ),
    ofIssuer('clock', async (known) => {
      await discover(known).catch(() => undefined)
      return clockOutcome(clock.aheadSeconds())
    }),
    {
      name: 'API',
      limitSeconds: LIMIT_SECONDS,
      look: () => lookAtApi(http, places.api).catch(explain),
    },
  ]
}

function hasAddress(issuer: string): boolean {
  const url = parseHttpsOrLoopbackUrl(issuer)
  return url instanceof URL && url.search === ''
}

async function lookAtKeys(http: Http, jwksUri: string): Promise<Outcome> {
  const asked = { service: 'the AuthService', unreachable: 'AUTH_SERVICE_UNREACHABLE' } as const
  const { status, body } = await ask(http, new URL(jwksUri), asked)
  const count = status === 200 ? countKeys(body) : 0
  if (count > 0) return ok(`${count} ${count === 1 ? 'key' : 'keys'}`)
  const problem = status === 200 ? 'the JWKS holds no keys' : `the answer for the JWKS is ${status}`
  return broken(problem, 'no login can be checked without them: tell whoever runs the AuthService')
}

function countKeys(body: Uint8Array): number {
  try {
    const document: unknown = JSON.parse(new TextDecoder().decode(body))
    const isObject = typeof document === 'object' && document !== null
    return isObject && 'keys' in document && Array.isArray(document.keys) ? document.keys.length : 0
  } catch {
    return 0
  }
}

async function lookAtApi(http: Http, api: string | undefined): Promise<Outcome> {
  if (api === undefined) return unchecked('no API is known yet')
  const resource = canonicalResource(api)
  if (typeof resource !== 'string') {
    return broken(`its address ${resource.problem}`, 'give another address with --api')
  }
  await ask(http, new URL(resource), { service: 'the API', unreachable: 'API_UNREACHABLE' })
  return ok(resource)
}

/** Passes requests on, and compares the `Date` of the first answer with our own clock. */
function watchClock(http: Http, now: () => number) {
  let ahead: number | undefined
  const watching: Http = async (request) => {
    const askedAt = now()
    const response = await http(request)
    const date = Date.parse(response.headers['date'] ?? '')
    // Of the moments between question and answer the middle one; a Date has no fractions of a second.
    if (ahead === undefined && !Number.isNaN(date)) ahead = ((askedAt + now()) / 2 - (date + 500)) / 1000
    return response
  }
  return { http: watching, aheadSeconds: () => ahead }
}

function clockOutcome(aheadSeconds: number | undefined): Outcome {
  if (aheadSeconds === undefined) return unchecked('not without an answer of the issuer that has a date')
  const difference = Math.round(Math.abs(aheadSeconds))
  if (difference <= 1) return ok('agrees with that of the AuthService')
  const where = aheadSeconds > 0 ? 'ahead of' : 'behind'
  const says = `${remaining(difference * 1000)} ${where} that of the AuthService`
  return difference <= MAX_CLOCK_DIFFERENCE_SECONDS ? ok(says) : broken(says, "set this computer's clock")
}

/** What an error of the network or of somebody's metadata says, without any name but those of the places. */
function outcomeOf(error: unknown, places: KnownPlaces): Outcome {
  if (!(error instanceof AuthcliError)) throw error
  if (error.cause instanceof HttpError) {
    const { publicReason } = error.cause
    const mend = /certificate/.test(publicReason) ? 'see the check of certificates' : CHECK_NETWORK
    return broken(`can't be reached: ${publicReason}`, mend)
  }
  const mend = error.code === 'DISCOVERY_FAILED' ? 'tell whoever runs the AuthService' : CHECK_NETWORK
  return broken(publicText(error.message, places), mend)
}
