import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Interaction, startPath } from '../browser/interaction.js'
import type { Person } from '../browser/person.js'
import type { Context } from '../context.js'
import { type AcceptedRequest, checkAuthorizationRequest } from './authorization-request.js'
import { goOn } from './authorization-steps.js'
import { goOnWithDevice } from './device-steps.js'

/** Why somebody is asked to sign in, and what comes after that. */
export interface SignInReason {
  /**
   * Who asks. Undefined for the code of a device, because what it leads to is told to nobody who isn't signed in, and for
   * a page of one's own.
   */
  client: { id: string; name: string; redirectUri: string } | undefined
  /** Whether it leads to a page of one's own. */
  isForAccount: boolean
  /** Whom the client expects. */
  loginHint: string | undefined
  /** Whether the client will be told that its request is wrong. */
  isRefused: boolean
  /** Whether the person has to prove who they are anew, wherever they are signed in already. */
  isFresh: boolean
  /** Sends the browser on, once the person is signed in. */
  goOn(
    exchange: { request: FastifyRequest; reply: FastifyReply },
    progress: { person: Person; interaction: Interaction },
  ): Promise<FastifyReply>
}

/**
 * Finds out what an interaction is about.
 *
 * @throws PageError when it is an authorization request whose client or address is not known any more.
 */
export async function findSignInReason(context: Context, interaction: Interaction): Promise<SignInReason> {
  if (interaction.kind === 'account') {
    return {
      client: undefined,
      isForAccount: true,
      loginHint: undefined,
      isRefused: false,
      isFresh: interaction.needsProof === true,
      goOn: async ({ reply }) => reply.redirect(startPath(context, interaction), 303),
    }
  }
  if (interaction.kind === 'device') {
    return {
      client: undefined,
      isForAccount: false,
      loginHint: undefined,
      isRefused: false,
      isFresh: false,
      goOn: (exchange, progress) => goOnWithDevice(context, exchange, progress),
    }
  }
  const authorization = await checkAuthorizationRequest(context, interaction.query)
  const { client, redirectUri, refusal } = authorization
  return {
    client: { id: client.id, name: client.name, redirectUri },
    isForAccount: false,
    loginHint: refusal === undefined ? authorization.loginHint : undefined,
    isRefused: refusal !== undefined,
    isFresh: refusal === undefined && asksForNewSignIn(authorization),
    goOn: (exchange, progress) => goOn(context, exchange, authorization, progress),
  }
}

function asksForNewSignIn({ prompts, maxAgeSeconds }: AcceptedRequest): boolean {
  return prompts.has('login') || maxAgeSeconds !== undefined
}
