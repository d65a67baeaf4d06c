import type { FastifyInstance, FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import { ensureBrowserId, readBrowserId } from '../browser/browser-id.js'
import { readPageParameters } from '../browser/interaction.js'
import { formToken, requireFormToken, requireOwnPage } from '../browser/own-form.js'
import { signInBrowser } from '../browser/person.js'
import { whyNotPassword } from '../checks/new-password.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { formOf, queryOf } from '../form-requests.js'
import { CHOICE_FAULTS, type ChoiceFault, choosePasswordPage } from '../pages/choose-password-page.js'
import { pagePath } from '../pages/page-path.js'
import { sendPage } from '../pages/send-page.js'
import { choosePassword, type OpenedPasswordLink, openPasswordLink } from '../password-links.js'
import { PasswordsBusyError } from '../passwords.js'
import type { Account } from '../store/accounts.js'
import { PASSWORD_CHANGED } from '../store/password-changes.js'
import { isPasswordLinkToken } from '../tokens/password-links.js'
import { onPages } from './page-errors.js'

/**
 * The page that an operator's link leads to, where a person chooses a password, and what it posts. Only the press of the
 * button uses the link up: programs that look at links in mails press none. Whoever has chosen is signed in.
 */
export function choosePasswordEndpoint(app: FastifyInstance, context: Context): void {
  const { settings } = context
  const path = ENDPOINT_PATHS.choosePassword

  app.get(path, onPages(context), async (request, reply) => {
    const parameters = readPageParameters(queryOf(request))
    const token = parameters.get('token') ?? ''
    const { account, link } = await open(context, request, token)
    const page = choosePasswordPage({
      issuer: settings.issuer,
      account,
      purpose: link.purpose,
      fields: {
        token: formToken(settings.secret, ensureBrowserId(request, reply, context)),
        link: token,
      },
      fault: readFault(parameters.get('fault')),
    })
    return sendPage(reply, page)
  })

  app.post(path, onPages(context), async (request, reply) => {
    requireOwnPage(request.headers, settings.issuer)
    const parameters = readPageParameters(formOf(request))
    const token = parameters.get('link') ?? ''
    const browserId = readBrowserId(request, context)
    if (browserId === undefined) {
      const goOn = isPasswordLinkToken(token) ? { goOnAt: linkPath(settings, token) } : {}
      throw new PageError('cookie-missing', goOn)
    }
    requireFormToken(settings.secret, browserId, parameters.get('token'))
    const opened = await open(context, request, token)
    const password = parameters.get('password') ?? ''
    const fault = whyNotChoice(password, parameters.get('again') ?? '', opened.account)
    if (fault !== undefined) return reply.redirect(linkPath(settings, token, fault), 303)
    const passwordHash = await hash(context, password, token)
    const { account, chosenAt, ended } = await choosePassword(context, opened, {
      passwordHash,
      ip: request.ip,
    })
    const names = { accountId: account.id, source: request.ip }
    audit(request.log, 'password-link-used', { ...names, reason: opened.link.purpose })
    for (const { id: grantId, clientId } of ended) {
      audit(request.log, 'grant-revoked', { ...names, grantId, clientId, reason: PASSWORD_CHANGED })
    }
    const signedIn = await signInBrowser(context, { account, authenticatedAt: chosenAt }, request, reply)
    if (signedIn !== undefined) audit(request.log, 'sign-in', names)
    return reply.redirect(pagePath(settings.issuer, ENDPOINT_PATHS.signedOut), 303)
  })
}

/** @throws PageError, and the audit line says why. */
async function open(context: Context, request: FastifyRequest, token: string): Promise<OpenedPasswordLink> {
  try {
    return await openPasswordLink(context, { token, ip: request.ip })
  } catch (error) {
    if (error instanceof PageError) {
      const event = error.problem === 'too-many-links' ? 'throttled' : 'password-link-refused'
      audit(request.log, event, { source: request.ip, reason: error.message })
    }
    throw error
  }
}

function whyNotChoice(password: string, again: string, account: Account): ChoiceFault | undefined {
  return whyNotPassword(password, account) ?? (password === again ? undefined : 'not-the-same')
}

/** @throws PageError `busy`: the link is as good as before. */
async function hash({ passwords, settings }: Context, password: string, token: string): Promise<string> {
  try {
    return await passwords.hash(password)
  } catch (error) {
    if (!(error instanceof PasswordsBusyError)) throw error
    const { retryAfterSeconds } = error
    throw new PageError('busy', { goOnAt: linkPath(settings, token), retryAfterSeconds })
  }
}

function linkPath({ issuer }: Context['settings'], token: string, fault?: ChoiceFault): string {
  const query = new URLSearchParams({ token, ...(fault === undefined ? {} : { fault }) })
  return `${pagePath(issuer, ENDPOINT_PATHS.choosePassword)}?${query}`
}

function readFault(text: string | undefined): ChoiceFault | undefined {
  return (Object.keys(CHOICE_FAULTS) as ChoiceFault[]).find((fault) => fault === text)
}
