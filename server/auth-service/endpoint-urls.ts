/** Where each endpoint is, below the issuer. What needs a cookie lives under `/auth`, and cookies go nowhere else. */
export const ENDPOINT_PATHS = {
  authorization: '/auth/authorize',
  signIn: '/auth/sign-in',
  consent: '/auth/consent',
  device: '/auth/device',
  deviceConsent: '/auth/device/confirm',
  endSession: '/auth/logout',
  signedOut: '/auth/signed-out',
  deviceAuthorization: '/device_authorization',
  token: '/token',
  introspection: '/introspect',
  revocation: '/revoke',
  userinfo: '/userinfo',
  jwks: '/jwks',
  health: '/healthz',
  readiness: '/readyz',
} as const

/** The absolute URL of an endpoint. The one of userinfo is also the audience of tokens for no other resource. */
export function endpointUrl(issuer: string, endpoint: keyof typeof ENDPOINT_PATHS): string {
  return issuer + ENDPOINT_PATHS[endpoint]
}
