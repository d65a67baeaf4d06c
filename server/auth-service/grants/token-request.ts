import type { FastifyBaseLogger } from 'fastify'
import type { RequestParameters } from '../checks/request-parameters.js'
import type { Client } from '../store/clients.js'

/** A request at the token endpoint whose client is who it says it is. */
export interface TokenRequest {
  client: Client
  parameters: RequestParameters
  /** The address that the request came from. */
  source: string
  log: FastifyBaseLogger
}
