/** The tests of the AuthService but for those in a browser. */
export const AUTH_SERVICE = ['test/unit/server/auth-service', 'test/integration/auth-service']

/** The tests of the BackendAPI. */
export const BACKEND_API = ['test/unit/server/backend-api', 'test/integration/backend-api']

/** The tests of authcli but for those of the whole built program. */
export const AUTHCLI = [
  'test/unit/src',
  'test/integration/login',
  'test/integration/cli',
  'test/integration/session',
]
