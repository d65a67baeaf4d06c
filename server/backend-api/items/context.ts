import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { AccessToken } from '../bearer-auth/access-token.js'
import type { Account } from '../store/accounts.js'
import type { Store } from '../store/store.js'

/** What every items route works with. */
export interface ItemsContext {
  store: Store
  /** The URL under which the routes lie: the resource identifier. */
  resource: string
  cursorKey: Buffer
  /** Epoch milliseconds. */
  now: () => number
}

/** Fastify, with TypeBox schemas as types. */
export type ItemsApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/**
 * Whose items a request is about: always those of its token. A client that acts for itself has an account of its own,
 * which no person can have, not even one whose `sub` is the id of that client: an issuer has no fragment (RFC 8414 §2).
 *
 * @see RFC 9068 §5
 */
export function accountOf({ accessToken }: { accessToken: AccessToken }): Account {
  const { issuer, subject, isOfPerson } = accessToken
  return { issuer: isOfPerson ? issuer : `${issuer}#client`, subject }
}
