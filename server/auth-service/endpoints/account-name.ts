import type { FastifyInstance } from 'fastify'
import { audit } from '../audit.js'
import { accountPath, openAccountForm, openAccountPage, writeAsPerson } from '../browser/account-visit.js'
import { readPageParameters } from '../browser/interaction.js'
import { canonicalPersonName, isPersonName } from '../checks/person-name.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { queryOf } from '../form-requests.js'
import { accountNamePage } from '../pages/account-name-page.js'
import { sendPage } from '../pages/send-page.js'
import { setName } from '../store/account-names.js'
import { onPages } from './page-errors.js'

/** The page where a person changes what they are called, and what it posts. */
export function accountNameEndpoint(app: FastifyInstance, context: Context): void {
  const path = ENDPOINT_PATHS.accountName

  app.get(path, onPages(context), async (request, reply) => {
    const visit = await openAccountPage(context, { request, reply }, { page: 'accountName' })
    if (visit === undefined) return reply
    const { account, token } = visit
    const hasFailed = readPageParameters(queryOf(request)).get('fault') !== undefined
    const page = accountNamePage({ issuer: context.settings.issuer, account, token, hasFailed })
    return sendPage(reply, page)
  })

  app.post(path, onPages(context), async (request, reply) => {
    const form = await openAccountForm(context, { request, reply }, { page: 'accountName' })
    if (form === undefined) return reply
    const name = canonicalPersonName(form.parameters.get('name') ?? '')
    if (!isPersonName(name)) {
      return reply.redirect(accountPath(context, 'accountName', { fault: 'name' }), 303)
    }
    const done = await writeAsPerson(context, form, async (transaction, { account }) => {
      await setName(transaction, account.id, name)
      return { accountId: account.id }
    })
    if (done === undefined) return reply
    audit(request.log, 'name-changed', { ...done, source: request.ip })
    return reply.redirect(accountPath(context, 'account', { done: 'name-changed' }), 303)
  })
}
