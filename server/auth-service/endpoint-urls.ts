/** Where each endpoint is, below the issuer. What needs a cookie lives under `/auth`, and cookies go nowhere else. */
export const ENDPOINT_PATHS = {
  authorization: '/auth/authorize',
  signIn: '/auth/sign-in',
  consent: '/auth/consent',
  device: '/auth/device',
  deviceConsent: '/auth/device/confirm',
  endSession: '/auth/logout',
  signedOut: '/auth/signed-out',
  choosePassword: '/auth/choose-password',
  account: '/auth/account',
  accountName: '/auth/account/name',
  accountPassword: '/auth/account/password',
  accountProviders: '/auth/account/providers',
  accountSignIns: '/auth/account/sign-ins',
  deviceAuthorization: '/device_authorization',
  token: '/token',
  introspection: '/introspect',
  revocation: '/revoke',
  userinfo: '/userinfo',
  jwks: '/jwks',
  health: '/healthz',
  readiness: '/readyz',
} as const

/** Those of them on which a person looks after their own account. */
export type AccountPage = 'account' | 'accountName' | 'accountPassword' | 'accountProviders'

/** Where the browser is sent on to a provider; below it, `:name` apart from all others, where it comes back to. */
export const PROVIDER_PATH = '/auth/providers/:name'
export const PROVIDER_CALLBACK_PATH = `${PROVIDER_PATH}/callback`

/** The path of a page of one provider. Names of providers need no encoding. */
export function providerPath(
  path: typeof PROVIDER_PATH | typeof PROVIDER_CALLBACK_PATH,
  name: string,
): string {
  return path.replace(':name', name)
}

/**
 * The redirect URI of a provider: its own, so that an answer of one is never taken for an answer of another.
 *
 * @see RFC 9700 §4.4.2.2
 */
export function providerRedirectUri(issuer: string, name: string): string {
  return issuer + providerPath(PROVIDER_CALLBACK_PATH, name)
}

/** The absolute URL of an endpoint. The one of userinfo is also the audience of tokens for no other resource. */
export function endpointUrl(issuer: string, endpoint: keyof typeof ENDPOINT_PATHS): string {
  return issuer + ENDPOINT_PATHS[endpoint]
}
