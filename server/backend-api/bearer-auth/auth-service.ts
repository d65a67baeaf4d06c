import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Http, HttpRequest } from '../http.js'
import { isSecureOrLoopback } from '../resource-url.js'

/** For how long a metadata document is believed before it is read again. */
const METADATA_SECONDS = 3_600

/** What of the AuthService's metadata is used here. */
export interface AuthServiceMetadata {
  jwksUri: URL
  /** Not every AuthService has one. */
  introspectionEndpoint: URL | undefined
}

/** The AuthService gave no usable answer: not reachable, an error, or not what the standards say. */
export class AuthServiceUnavailable extends Error {
  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, options)
    this.name = 'AuthServiceUnavailable'
  }
}

export interface AuthService {
  /**
   * The metadata of the configured issuer, fetched at first use and now and then again.
   * @throws AuthServiceUnavailable
   */
  metadata(): Promise<AuthServiceMetadata>
  /** Reads the metadata again at the next use: what it named did not answer. */
  forgetMetadata(): void
  /**
   * Asks the AuthService for a JSON document.
   * @throws AuthServiceUnavailable unless the answer is 200 with JSON.
   */
  fetchJson(request: HttpRequest): Promise<unknown>
}

const Metadata = Compile(
  Type.Object({
    issuer: Type.String(),
    jwks_uri: Type.String(),
    introspection_endpoint: Type.Optional(Type.String()),
  }),
)

/** The AuthService as the BackendAPI sees it: an issuer, and what its own metadata says about it. */
export function createAuthService(
  { http, now }: { http: Http; now: () => number },
  issuer: string,
): AuthService {
  let known: { metadata: AuthServiceMetadata; at: number } | undefined
  let pending: Promise<AuthServiceMetadata> | undefined

  async function fetchJson(request: HttpRequest): Promise<unknown> {
    const { pathname } = request.url
    let response: Awaited<ReturnType<Http['send']>>
    try {
      response = await http.send(request)
    } catch (cause) {
      throw new AuthServiceUnavailable(`${pathname}: ${(cause as Error).message}`, { cause })
    }
    if (response.status !== 200) throw new UnexpectedStatus(pathname, response.status)
    try {
      return JSON.parse(response.body)
    } catch (cause) {
      throw new AuthServiceUnavailable(`${pathname}: the answer is not JSON`, { cause })
    }
  }

  async function fetchMetadata(): Promise<AuthServiceMetadata> {
    for (const url of metadataUrls(issuer)) {
      try {
        return readMetadata(await fetchJson({ method: 'GET', url }), issuer)
      } catch (error) {
        if (!(error instanceof UnexpectedStatus && error.status === 404)) throw error
      }
    }
    throw new AuthServiceUnavailable('no metadata at the well-known places of the issuer')
  }

  return {
    async metadata() {
      const at = now()
      if (known && at >= known.at && at - known.at < METADATA_SECONDS * 1000) return known.metadata
      pending ??= fetchMetadata().finally(() => {
        pending = undefined
      })
      known = { metadata: await pending, at }
      return known.metadata
    },
    forgetMetadata() {
      known = undefined
    },
    fetchJson,
  }
}

class UnexpectedStatus extends AuthServiceUnavailable {
  readonly status: number

  constructor(pathname: string, status: number) {
    super(`${pathname}: status ${status}`)
    this.status = status
  }
}

/** The places where the metadata of an issuer may lie, ours first (RFC 8414 §3, §5, OpenID Discovery §4). */
function metadataUrls(issuer: string): URL[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const places = [
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
    `${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(places)].map((place) => new URL(place, origin))
}

/** A document that names another issuer is somebody else's (RFC 8414 §3.3). */
function readMetadata(document: unknown, issuer: string): AuthServiceMetadata {
  if (!Metadata.Check(document)) throw new AuthServiceUnavailable('the metadata is incomplete')
  if (document.issuer !== issuer) throw new AuthServiceUnavailable('the metadata names another issuer')
  const { introspection_endpoint } = document
  return {
    jwksUri: endpoint('jwks_uri', document.jwks_uri, issuer),
    introspectionEndpoint:
      introspection_endpoint === undefined
        ? undefined
        : endpoint('introspection_endpoint', introspection_endpoint, issuer),
  }
}

/** An https issuer has https endpoints: one that points to this machine means somebody else's service. */
function endpoint(name: string, text: string, issuer: string): URL {
  if (URL.canParse(text) && isSecureOrLoopback(new URL(text))) {
    const url = new URL(text)
    if (url.protocol === 'https:' || issuer.startsWith('http:')) return url
  }
  throw new AuthServiceUnavailable(`the metadata's ${name} is not an https URL`)
}
