import fastifyCookie from '@fastify/cookie'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Context } from './context.js'
import { answerClientError, answerUnroutable } from './early-errors.js'
import { accountEndpoint } from './endpoints/account.js'
import { accountNameEndpoint } from './endpoints/account-name.js'
import { accountPasswordEndpoint } from './endpoints/account-password.js'
import { accountProvidersEndpoint } from './endpoints/account-providers.js'
import { accountSignInsEndpoint } from './endpoints/account-sign-ins.js'
import { authorizationEndpoint } from './endpoints/authorization.js'
import { choosePasswordEndpoint } from './endpoints/choose-password.js'
import { consentEndpoint } from './endpoints/consent.js'
import { deviceEndpoint } from './endpoints/device.js'
import { deviceAuthorizationEndpoint } from './endpoints/device-authorization.js'
import { deviceConsentEndpoint } from './endpoints/device-consent.js'
import { healthEndpoints } from './endpoints/health.js'
import { introspectionEndpoint } from './endpoints/introspection.js'
import { jwksEndpoint } from './endpoints/jwks.js'
import { logoutEndpoint } from './endpoints/logout.js'
import { metadataEndpoint } from './endpoints/metadata.js'
import { providerEndpoint } from './endpoints/provider.js'
import { providerCallbackEndpoint } from './endpoints/provider-callback.js'
import { revocationEndpoint } from './endpoints/revocation.js'
import { signInEndpoint } from './endpoints/sign-in.js'
import { signedOutEndpoint } from './endpoints/signed-out.js'
import { styleEndpoint } from './endpoints/style.js'
import { tokenEndpoint } from './endpoints/token.js'
import { unknownPages } from './endpoints/unknown-pages.js'
import { userinfoEndpoint } from './endpoints/userinfo.js'
import { answerErrors } from './error-answers.js'
import { acceptForms, MAX_BODY_BYTES } from './form-requests.js'
import { issuerParts } from './issuer-parts.js'
import { type LogOptions, loggingOptions, logRequests } from './request-log.js'
import { securityHeaders, setHeaders } from './security-headers.js'

export interface AuthServiceOptions {
  /** Without it nothing is logged. */
  log?: LogOptions
}

/** A client gets this long to send its request, headers and body, before its connection is closed. */
const REQUEST_TIMEOUT_MS = 30_000

/**
 * Builds the AuthService: every endpoint, below the path of the issuer. It listens to nothing; `main.ts` does.
 */
export function buildAuthService(context: Context, options: AuthServiceOptions = {}): FastifyInstance {
  const { issuer, trustedProxies } = context.settings
  const headers = securityHeaders(issuer)
  const app = Fastify({
    ...loggingOptions(options.log),
    bodyLimit: MAX_BODY_BYTES,
    // Who reads a query reads it with `queryOf`, which keeps what is repeated.
    routerOptions: { querystringParser: () => ({}) },
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Never `true`: forwarded headers count only from the peers on the list.
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    frameworkErrors: answerUnroutable(headers),
    clientErrorHandler: answerClientError(headers),
  })
  logRequests(app)
  setHeaders(app, headers)
  answerErrors(app)
  acceptForms(app)

  const prefix = issuerParts(issuer).path
  app.register(async (root) => metadataEndpoint(root, context))
  app.register(
    async (pages) => {
      // For people only: no program of theirs has cookies.
      pages.register(fastifyCookie)
      authorizationEndpoint(pages, context)
      signInEndpoint(pages, context)
      providerEndpoint(pages, context)
      providerCallbackEndpoint(pages, context)
      consentEndpoint(pages, context)
      deviceEndpoint(pages, context)
      deviceConsentEndpoint(pages, context)
      logoutEndpoint(pages, context)
      signedOutEndpoint(pages, context)
      choosePasswordEndpoint(pages, context)
      accountEndpoint(pages, context)
      accountNameEndpoint(pages, context)
      accountPasswordEndpoint(pages, context)
      accountProvidersEndpoint(pages, context)
      accountSignInsEndpoint(pages, context)
      styleEndpoint(pages)
      unknownPages(pages, context)
    },
    { prefix },
  )
  app.register(
    async (endpoints) => {
      deviceAuthorizationEndpoint(endpoints, context)
      tokenEndpoint(endpoints, context)
      introspectionEndpoint(endpoints, context)
      revocationEndpoint(endpoints, context)
      userinfoEndpoint(endpoints, context)
      jwksEndpoint(endpoints, context)
      healthEndpoints(endpoints, context)
    },
    { prefix },
  )
  return app
}
