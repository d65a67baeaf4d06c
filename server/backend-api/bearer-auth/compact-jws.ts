import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { BearerError } from './errors.js'
import { ALGORITHMS, type Algorithm } from './policy.js'

/** Our tokens are below 1 KiB; a foreign AuthService may put more in. */
const MAX_TOKEN_CHARACTERS = 8_192

/** A token whose form was checked, and nothing else: no signature, no claim. */
export interface UnverifiedJws {
  /** The whole token. */
  compact: string
  algorithm: Algorithm
  /** Data, never a path or a query: it is compared with the ids of the fetched keys. */
  keyId: string
  /** The parsed payload. */
  claims: unknown
}

const Header = Compile(
  Type.Object({
    alg: Type.Union(ALGORITHMS.map((algorithm) => Type.Literal(algorithm))),
    typ: Type.String({ maxLength: 32 }),
    kid: Type.String({ minLength: 1, maxLength: 256 }),
  }),
)

/**
 * Extensions that must be understood or that change what is signed, and keys that the token brings along. None
 * of them has a place in an access token for us, so no code below ever has to ignore one.
 */
const REFUSED_PARAMETERS = ['crit', 'b64', 'zip', 'jku', 'jwk', 'x5u', 'x5c']

const ACCESS_TOKEN_TYPES = ['at+jwt', 'application/at+jwt']

/**
 * Checks that a token is one JWS in compact form with the header of an access token, and takes it apart.
 * @throws BearerError invalid_token
 * @see RFC 7515 §7.1, RFC 9068 §2.1, RFC 8725 §3
 */
export function parseCompactJws(token: string): UnverifiedJws {
  if (token.length > MAX_TOKEN_CHARACTERS) throw refuse('longer than any access token')
  const parts = token.split('.')
  const [header, payload, signature] = parts
  if (parts.length !== 3 || !header || !payload || !signature) throw refuse('not three parts')
  if (!isCanonicalBase64url(signature)) throw refuse('signature: not base64url')
  const { algorithm, keyId } = readHeader(parsePart(header, 'header'))
  return { compact: token, algorithm, keyId, claims: parsePart(payload, 'payload') }
}

function readHeader(header: unknown): { algorithm: Algorithm; keyId: string } {
  if (!Header.Check(header)) throw refuse('header: alg, typ or kid')
  for (const parameter of REFUSED_PARAMETERS) {
    if (Object.hasOwn(header, parameter)) throw refuse(`header: ${parameter}`)
  }
  // Media types don't mind about case (RFC 7515 §4.1.9).
  if (!ACCESS_TOKEN_TYPES.includes(header.typ.toLowerCase())) throw refuse('header: typ')
  return { algorithm: header.alg, keyId: header.kid }
}

function parsePart(part: string, name: string): unknown {
  if (!isCanonicalBase64url(part)) throw refuse(`${name}: not base64url`)
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch (cause) {
    throw refuse(`${name}: not JSON`, cause)
  }
}

/** No other characters, no padding, no left-over bits: one token has one spelling. */
function isCanonicalBase64url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part
}

function refuse(reason: string, cause?: unknown): BearerError {
  return new BearerError('invalid_token', reason, { cause })
}
