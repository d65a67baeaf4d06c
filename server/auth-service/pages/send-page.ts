import type { FastifyReply } from 'fastify'
import { contentSecurityPolicy } from './content-security-policy.js'
import type { Html } from './html.js'

/** How a page is sent, where that isn't the usual way. */
export interface PageAnswer {
  statusCode?: number
  /** The address to which the browser may go from a form of this page. */
  redirectUri?: string
}

/** Sends a page. What every answer carries (no-store, no frames, no referrer) is set for all endpoints already. */
export function sendPage(reply: FastifyReply, page: Html, answer: PageAnswer = {}): FastifyReply {
  return reply
    .code(answer.statusCode ?? 200)
    .header('content-security-policy', contentSecurityPolicy(answer.redirectUri))
    .type('text/html; charset=utf-8')
    .send(page.toString())
}
