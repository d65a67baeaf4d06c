import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ensureBrowserId, hashBrowserId } from '../browser/browser-id.js'
import {
  type Interaction,
  openForm,
  openPage,
  readPageParameters,
  sealInteraction,
} from '../browser/interaction.js'
import { formToken } from '../browser/own-form.js'
import { findPerson } from '../browser/person.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { queryOf } from '../form-requests.js'
import { deviceCodePage } from '../pages/device-code-page.js'
import { sendPage } from '../pages/send-page.js'
import { readUserCode } from '../tokens/device-codes.js'
import { goOnWithDevice } from './device-steps.js'
import { onPages } from './page-errors.js'

/** No code that somebody types is longer, with whatever stands between its letters. */
const MAX_TYPED_CHARACTERS = 32

/**
 * The page where a person enters the code that a device shows, and what it posts. A link with the code in it fills it in
 * and does nothing else: only the press of the button looks for the device.
 *
 * @see RFC 8628 §3.3, §3.3.1
 */
export function deviceEndpoint(app: FastifyInstance, context: Context): void {
  const { settings } = context
  const path = ENDPOINT_PATHS.device

  app.get(path, onPages(context), async (request, reply) => {
    const opened = openOrStart(context, request, reply)
    if (opened === undefined) return reply
    const { interaction, browserId } = opened
    const typed = new URLSearchParams(interaction.query).get('user_code') ?? ''
    const page = deviceCodePage({
      issuer: settings.issuer,
      code: readUserCode(typed) ?? typed,
      isWrong: interaction.hasWrongCode ?? false,
      fields: {
        token: formToken(settings.secret, browserId),
        interaction: sealInteraction(context, interaction),
      },
    })
    return sendPage(reply, page)
  })

  app.post(path, onPages(context), async (request, reply) => {
    const opened = openForm(context, request, reply)
    if (opened === undefined) return reply
    const { hasWrongCode: _before, ...interaction } = opened.interaction
    const query = codeQuery(opened.parameters.get('user_code'))
    return goOnWithDevice(
      context,
      { request, reply },
      { person: await findPerson(context, request), interaction: { ...interaction, kind: 'device', query } },
    )
  })
}

/** Goes on with an interaction, or starts one with the code in the link, if there is any. */
function openOrStart(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): { interaction: Interaction; browserId: string } | undefined {
  const parameters = readPageParameters(queryOf(request))
  if (parameters.get('interaction') !== undefined) return openPage(context, request, reply)
  const browserId = ensureBrowserId(request, reply, context)
  const interaction: Interaction = {
    id: randomUUID(),
    startedAt: context.now(),
    kind: 'device',
    query: codeQuery(parameters.get('user_code')),
    browser: hashBrowserId(browserId),
    isSignedIn: false,
  }
  return { interaction, browserId }
}

function codeQuery(typed = ''): string {
  return new URLSearchParams({ user_code: typed.slice(0, MAX_TYPED_CHARACTERS) }).toString()
}
