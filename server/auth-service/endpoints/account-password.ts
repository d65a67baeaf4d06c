import type { FastifyInstance, FastifyReply } from 'fastify'
import {
  changeOwnPassword,
  hashNewPassword,
  requirePasswordsTaken,
  whyNotCurrentPassword,
} from '../account-password.js'
import { audit } from '../audit.js'
import {
  type AccountForm,
  type AccountVisitOptions,
  accountPath,
  openAccountForm,
  openAccountPage,
  writeAsPerson,
} from '../browser/account-visit.js'
import { readPageParameters } from '../browser/interaction.js'
import { signInBrowser } from '../browser/person.js'
import { whyNotPassword } from '../checks/new-password.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { queryOf } from '../form-requests.js'
import {
  type AccountPasswordFault,
  accountPasswordPage,
  readAccountPasswordFault,
} from '../pages/account-password-page.js'
import { sendPage } from '../pages/send-page.js'
import { PASSWORD_CHANGED } from '../store/password-changes.js'
import { onPages } from './page-errors.js'

/** Whoever has a password proves it in the form; whoever has none has to have come in just now. */
const VISIT: AccountVisitOptions = {
  page: 'accountPassword',
  needsRecentSignIn: ({ password_hash }) => password_hash === null,
}

/** The page where a person changes their password, or chooses a first one, and what it posts. */
export function accountPasswordEndpoint(app: FastifyInstance, context: Context): void {
  const path = ENDPOINT_PATHS.accountPassword

  app.get(path, onPages(context), async (request, reply) => {
    const visit = await openAccountPage(context, { request, reply }, VISIT)
    if (visit === undefined) return reply
    await requirePasswordsTaken(context, accountPath(context, 'account'))
    const { account, token } = visit
    const page = accountPasswordPage({
      issuer: context.settings.issuer,
      account,
      token,
      hasPassword: account.password_hash !== null,
      fault: readAccountPasswordFault(readPageParameters(queryOf(request)).get('fault')),
    })
    return sendPage(reply, page)
  })

  app.post(path, onPages(context), async (request, reply) => {
    const form = await openAccountForm(context, { request, reply }, VISIT)
    if (form === undefined) return reply
    await requirePasswordsTaken(context, accountPath(context, 'account'))
    const fault = await findFault(context, form)
    if (fault !== undefined) return reply.redirect(accountPath(context, 'accountPassword', { fault }), 303)
    return change(context, form)
  })
}

/** @throws PageError when the password that the person has was not looked at. */
async function findFault(context: Context, form: AccountForm): Promise<AccountPasswordFault | undefined> {
  const { account, parameters, request } = form
  const password = parameters.get('password') ?? ''
  const fault = whyNotPassword(password, account)
  if (fault !== undefined) return fault
  if (password !== parameters.get('again')) return 'not-the-same'
  if (account.password_hash === null) return undefined
  const refused = await whyNotCurrentPassword(context, account, {
    password: parameters.get('current') ?? '',
    ip: request.ip,
    goOnAt: accountPath(context, 'accountPassword'),
  })
  if (refused === undefined) return undefined
  audit(request.log, 'sign-in-failed', { accountId: account.id, source: request.ip, reason: refused })
  return 'wrong-current'
}

/** Changes it, and signs the person in anew, in this browser only. */
async function change(context: Context, form: AccountForm): Promise<FastifyReply> {
  const { account, parameters, request, reply } = form
  const goOnAt = accountPath(context, 'accountPassword')
  const passwordHash = await hashNewPassword(context, parameters.get('password') ?? '', goOnAt)
  const done = await writeAsPerson(context, form, async (transaction, own) => ({
    now: own.now,
    ended: await changeOwnPassword(transaction, own.account, {
      passwordHashBefore: account.password_hash,
      passwordHash,
      source: request.ip,
      now: own.now,
    }),
  }))
  if (done === undefined) return reply
  const { ended, now } = done
  if (ended === undefined) throw new PageError('password-changed-meanwhile', { goOnAt })
  const names = { accountId: account.id, source: request.ip }
  audit(request.log, 'password-changed', { ...names, reason: 'by the person' })
  for (const { id: grantId, clientId } of ended) {
    audit(request.log, 'grant-revoked', { ...names, grantId, clientId, reason: PASSWORD_CHANGED })
  }
  const changed = { ...account, password_hash: passwordHash, password_changed_at: now }
  const browserId = await signInBrowser(context, { account: changed, authenticatedAt: now }, request, reply)
  if (browserId !== undefined) audit(request.log, 'sign-in', names)
  return reply.redirect(accountPath(context, 'account', { done: 'password-changed' }), 303)
}
