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

/** Whose items a request is about: always those of its token. */
export function accountOf({ accessToken }: { accessToken: AccessToken }): Account {
  return { issuer: accessToken.issuer, subject: accessToken.subject }
}
