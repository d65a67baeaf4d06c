import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import {
  type Interaction,
  interactionPath,
  openForm,
  openPage,
  sealInteraction,
} from '../browser/interaction.js'
import { formToken } from '../browser/own-form.js'
import { findPerson, type Person } from '../browser/person.js'
import { whyNotClaimable } from '../checks/device-claim.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { deviceConsentPage } from '../pages/device-consent-page.js'
import { deviceDonePage } from '../pages/device-done-page.js'
import { sendPage } from '../pages/send-page.js'
import { isStillSignedIn } from '../store/browser-sessions.js'
import { type Client, findClient } from '../store/clients.js'
import {
  type DeviceAuthorization,
  decideDeviceAuthorization,
  findDeviceAuthorization,
} from '../store/device-authorizations.js'
import { noteSecurityEvent } from '../store/security-events.js'
import { hashUserCode } from '../tokens/device-codes.js'
import { backToCode, userCodeOf } from './device-steps.js'
import { onPages } from './page-errors.js'

/**
 * The page where a person allows or declines what a device asks for, and what it posts. It is there for the one browser
 * in which the code was entered first; once the person has decided, it says what became of it.
 *
 * @see RFC 8628 §3.3, §5.4
 */
export function deviceConsentEndpoint(app: FastifyInstance, context: Context): void {
  const { settings } = context
  const { issuer } = settings
  const path = ENDPOINT_PATHS.deviceConsent

  app.get(path, onPages(context), async (request, reply) => {
    const opened = openPage(context, request, reply)
    if (opened === undefined) return reply
    const { interaction, browserId } = opened
    const login = await findDeviceLogin(context, { request, reply }, interaction)
    if (login === undefined) return reply
    const { row, client, person } = login
    const isAllowed = row.approved_at !== null
    if (isAllowed || row.denied_at !== null) {
      return sendPage(reply, deviceDonePage({ issuer, client, isAllowed }))
    }
    const page = deviceConsentPage({
      issuer,
      client,
      account: person.account,
      scopes: row.scope.split(' '),
      resource: row.resource,
      staysSignedIn: client.kind === 'native',
      request: {
        userCode: userCodeOf(interaction) ?? '',
        source: row.source,
        ownSource: request.ip,
        startedAt: row.created_at,
        now: context.now(),
      },
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
    const { interaction, parameters } = opened
    const login = await findDeviceLogin(context, { request, reply }, interaction)
    if (login === undefined) return reply
    switch (parameters.get('decision')) {
      case 'allow':
        await decide(context, request, interaction, login, 'approved')
        break
      case 'deny':
        await decide(context, request, interaction, login, 'denied')
        break
      case 'other-account': {
        const empty = { ...interaction, typed: { username: '', hasFailed: false } }
        return reply.redirect(interactionPath(context, 'signIn', empty), 303)
      }
      default:
        throw new PageError('unreadable-form', { reason: 'there is no decision in the form' })
    }
    // Says what became of it, whoever was quicker.
    return reply.redirect(interactionPath(context, 'deviceConsent', interaction), 303)
  })
}

/** A device login, and the person in whose browser it is to be decided. */
interface DeviceLogin {
  row: DeviceAuthorization
  client: Client
  person: Person
}

/** Finds the device login of an interaction; where there is none for this browser, it is sent elsewhere. */
async function findDeviceLogin(
  context: Context,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  interaction: Interaction,
): Promise<DeviceLogin | undefined> {
  const { settings, store, now } = context
  const person = await findPerson(context, request)
  if (person === undefined) {
    reply.redirect(interactionPath(context, 'signIn', interaction), 303)
    return undefined
  }
  const userCode = interaction.kind === 'device' ? userCodeOf(interaction) : undefined
  if (userCode === undefined) {
    throw new PageError('unreadable-form', { reason: 'the interaction is about no device' })
  }
  const row = await findDeviceAuthorization(store.read, hashUserCode(settings.secret, userCode))
  const refused = whyNotClaimable(row, { browser: interaction.browser, now: now() })
  const client = row && (await findClient(store.read, row.client_id))
  // A claim, and not only none of another: how often codes are tried is counted where claims are made.
  if (
    refused === undefined &&
    row?.claimed_by === interaction.browser &&
    client &&
    client.deviceScopes !== null
  ) {
    return { row, client, person }
  }
  backToCode(context, reply, interaction)
  return undefined
}

async function decide(
  context: Context,
  request: FastifyRequest,
  interaction: Interaction,
  { row, client, person }: DeviceLogin,
  decision: 'approved' | 'denied',
): Promise<void> {
  const accountId = person.account.id
  const { authenticatedAt } = person
  const now = context.now()
  const isDecided = await context.store.write(async (transaction) => {
    // In here: whoever ends the logins of this person ends those that there are, and after that there must be none.
    if (!(await isStillSignedIn(transaction, { accountId, authenticatedAt }))) return false
    const isDecided = await decideDeviceAuthorization(transaction, row.device_code_hash, {
      browser: interaction.browser,
      accountId,
      authTime: authenticatedAt,
      decision,
      now,
    })
    if (isDecided && decision === 'approved') {
      // The address of the device: that of the person is beside their sign-in.
      const { client_id: clientId, source } = row
      await noteSecurityEvent(transaction, { accountId, kind: 'device-approved', at: now, source, clientId })
    }
    return isDecided
  })
  if (!isDecided) return
  audit(request.log, decision === 'approved' ? 'device-approved' : 'device-denied', {
    interactionId: interaction.id,
    grantId: row.grant_id,
    accountId,
    clientId: client.id,
    resource: row.resource ?? undefined,
    scope: row.scope,
    source: request.ip,
  })
}
