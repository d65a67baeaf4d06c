import type { FastifyInstance, FastifyReply } from 'fastify'
import { endEverywhere, endOwnBrowser, endOwnLogin } from '../account-sign-ins.js'
import { audit } from '../audit.js'
import { type AccountForm, accountPath, openAccountForm, writeAsPerson } from '../browser/account-visit.js'
import { hashBrowserId, takeBrowserId } from '../browser/browser-id.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import type { AccountNotice } from '../pages/account-notices.js'
import { pagePath } from '../pages/page-path.js'
import type { EndedGrant } from '../store/grants.js'
import { onPages } from './page-errors.js'

/** Why a login has ended, in the log and in the grant. */
const REASONS = {
  one: 'ended by the person',
  everywhere: 'signed out everywhere by the person',
} as const

/** What the list of where somebody is signed in posts: end one login, sign out one browser, or all at once. */
export function accountSignInsEndpoint(app: FastifyInstance, context: Context): void {
  app.post(ENDPOINT_PATHS.accountSignIns, onPages(context), async (request, reply) => {
    const form = await openAccountForm(context, { request, reply }, { page: 'account' })
    if (form === undefined) return reply
    const login = form.parameters.get('login')
    if (login !== undefined) return endLogin(context, form, login)
    const browser = form.parameters.get('browser')
    if (browser !== undefined) return endBrowser(context, form, browser)
    const everywhere = form.parameters.get('everywhere')
    if (everywhere === 'others' || everywhere === 'all') return endAll(context, form, everywhere)
    throw new PageError('unreadable-form', { reason: 'there is no decision in the form' })
  })
}

async function endLogin(context: Context, form: AccountForm, grantId: string): Promise<FastifyReply> {
  const done = await writeAsPerson(context, form, async (transaction, { account, now }) => ({
    ended: await endOwnLogin(transaction, {
      accountId: account.id,
      grantId,
      reason: REASONS.one,
      source: form.request.ip,
      now,
    }),
  }))
  if (done === undefined) return form.reply
  auditEnded(form, done.ended, REASONS.one)
  return back(context, form, done.ended.length > 0 ? 'login-ended' : 'ended-before')
}

async function endBrowser(context: Context, form: AccountForm, idHash: string): Promise<FastifyReply> {
  const { request } = form
  const done = await writeAsPerson(context, form, async (transaction, { account, now }) => ({
    wasSignedIn: await endOwnBrowser(transaction, {
      accountId: account.id,
      idHash,
      source: request.ip,
      now,
    }),
  }))
  if (done === undefined) return form.reply
  if (done.wasSignedIn) {
    audit(request.log, 'signed-out', { ...namesOf(form), reason: REASONS.one })
  }
  return back(context, form, done.wasSignedIn ? 'browser-ended' : 'ended-before')
}

async function endAll(context: Context, form: AccountForm, which: 'others' | 'all'): Promise<FastifyReply> {
  const { request, reply, browserId } = form
  const exceptBrowser = which === 'others' ? hashBrowserId(browserId) : undefined
  const done = await writeAsPerson(context, form, async (transaction, { account, now }) => ({
    ended: await endEverywhere(transaction, {
      accountId: account.id,
      exceptBrowser,
      reason: REASONS.everywhere,
      source: request.ip,
      now,
    }),
  }))
  if (done === undefined) return reply
  audit(request.log, 'account-signed-out', { ...namesOf(form), reason: REASONS.everywhere })
  auditEnded(form, done.ended, REASONS.everywhere)
  if (which === 'others') return back(context, form, 'others-ended')
  takeBrowserId(reply, context)
  return reply.redirect(pagePath(context.settings.issuer, ENDPOINT_PATHS.signedOut), 303)
}

function back(context: Context, { reply }: AccountForm, done: AccountNotice): FastifyReply {
  return reply.redirect(accountPath(context, 'account', { done }), 303)
}

function auditEnded(form: AccountForm, ended: readonly EndedGrant[], reason: string): void {
  for (const { id: grantId, clientId } of ended) {
    audit(form.request.log, 'grant-revoked', { ...namesOf(form), grantId, clientId, reason })
  }
}

function namesOf({ account, request }: AccountForm) {
  return { accountId: account.id, source: request.ip }
}
