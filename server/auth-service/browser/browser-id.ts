import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import { issuerParts } from '../issuer-parts.js'
import type { Settings } from '../settings.js'
import { createDatedSecret, hashDatedSecret } from '../tokens/dated-secret.js'

const ID_SYNTAX = /^[A-Za-z0-9_-]{43}$/

/**
 * The cookie by which a browser is known, signed in or not: 208 random bits, behind the instant. Its value changes at
 * every sign-in. On https its name makes browsers refuse one that a neighbouring host has planted. On http loopback it is
 * kept to the path of the pages, because cookies ignore ports: the listener of a client on the same address must get none.
 */
export function readBrowserId(request: FastifyRequest, { settings }: Pick<Context, 'settings'>) {
  const value = request.cookies[cookieOf(settings).name]
  return value !== undefined && ID_SYNTAX.test(value) ? value : undefined
}

/** A new id, which no browser has yet. */
export function createBrowserId(now: number): string {
  return createDatedSecret(now)
}

/** The id of the browser that sent this request; a new one, in the answer, for a browser that has none. */
export function ensureBrowserId(
  request: FastifyRequest,
  reply: FastifyReply,
  context: Pick<Context, 'settings' | 'now'>,
): string {
  const known = readBrowserId(request, context)
  if (known !== undefined) return known
  const browserId = createBrowserId(context.now())
  giveBrowserId(reply, context, browserId)
  return browserId
}

/** Gives the browser an id, in the answer to this request. Without `maxAgeSeconds` it ends with the browser. */
export function giveBrowserId(
  reply: FastifyReply,
  { settings }: Pick<Context, 'settings'>,
  browserId: string,
  maxAgeSeconds?: number,
): void {
  const { name, attributes } = cookieOf(settings)
  reply.setCookie(name, browserId, {
    ...attributes,
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
  })
}

/** Takes its id from the browser. */
export function takeBrowserId(reply: FastifyReply, { settings }: Pick<Context, 'settings'>): void {
  const { name, attributes } = cookieOf(settings)
  reply.clearCookie(name, attributes)
}

/** The form in which an id is stored, looked up, and named in what the browser keeps for us. */
export function hashBrowserId(browserId: string): string {
  return hashDatedSecret(browserId)
}

interface Cookie {
  name: string
  attributes: ReturnType<typeof cookieAttributes>
}

/** Settings last as long as the process, and every request of a browser asks for its cookie. */
const cookies = new WeakMap<Pick<Settings, 'issuer'>, Cookie>()

function cookieOf(settings: Pick<Settings, 'issuer'>): Cookie {
  let cookie = cookies.get(settings)
  if (cookie === undefined) {
    const { issuer } = settings
    cookie = { name: cookieName(issuer), attributes: cookieAttributes(issuer) }
    cookies.set(settings, cookie)
  }
  return cookie
}

/** Named after the issuer, so that two AuthServices on two ports of one address don't overwrite each other's. */
function cookieName(issuer: string): string {
  const name = `session-${createHash('sha256').update(issuer).digest('hex').slice(0, 8)}`
  return isSecure(issuer) ? `__Host-${name}` : name
}

function cookieAttributes(issuer: string) {
  // Lax and not Strict: the request that starts everything comes from the client's own page.
  const attributes = { httpOnly: true, sameSite: 'lax' as const }
  return isSecure(issuer)
    ? { ...attributes, secure: true, path: '/' }
    : { ...attributes, path: `${issuerParts(issuer).path}/auth` }
}

function isSecure(issuer: string): boolean {
  return issuer.startsWith('https:')
}
