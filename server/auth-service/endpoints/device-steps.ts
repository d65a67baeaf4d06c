import type { FastifyReply, FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import { type Interaction, interactionPath } from '../browser/interaction.js'
import type { Person } from '../browser/person.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { enterUserCode } from '../device-code-guessing.js'
import { readUserCode } from '../tokens/device-codes.js'

/** The code that an interaction is about, as we write it; undefined for what can't be one. */
export function userCodeOf({ query }: Pick<Interaction, 'query'>): string | undefined {
  return readUserCode(new URLSearchParams(query).get('user_code') ?? '')
}

/**
 * Sends the browser on with a code that was entered there: to the sign-in page, and only then, because what a code leads
 * to is nobody's business who isn't signed in, to the page where the person decides, or back to the code if it leads
 * nowhere.
 *
 * @throws PageError `too-many-codes`
 */
export async function goOnWithDevice(
  context: Context,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { person, interaction }: { person: Person | undefined; interaction: Interaction },
): Promise<FastifyReply> {
  const userCode = userCodeOf(interaction)
  if (userCode === undefined) return backToCode(context, reply, interaction)
  if (person === undefined) return reply.redirect(interactionPath(context, 'signIn', interaction), 303)
  const accountId = person.account.id
  const names = { interactionId: interaction.id, accountId, source: request.ip }
  const entered = await enterUserCode(context, {
    userCode,
    browser: interaction.browser,
    accountId,
    ip: request.ip,
  })
  if ('blockedUntil' in entered) {
    audit(request.log, 'throttled', { ...names, reason: 'too many wrong user codes' })
    throw new PageError('too-many-codes', {
      goOnAt: interactionPath(context, 'device', interaction),
      retryAfterSeconds: Math.ceil((entered.blockedUntil - context.now()) / 1000),
    })
  }
  if ('refused' in entered) {
    audit(request.log, 'device-code-refused', { ...names, reason: entered.refused })
    return backToCode(context, reply, interaction)
  }
  return reply.redirect(interactionPath(context, 'deviceConsent', interaction), 303)
}

/** Says, where the code was entered, that it leads nowhere. Why is not said. */
export function backToCode(context: Context, reply: FastifyReply, interaction: Interaction): FastifyReply {
  return reply.redirect(interactionPath(context, 'device', { ...interaction, hasWrongCode: true }), 303)
}
