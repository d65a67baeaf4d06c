import type { Mutant } from '../mutate.js'
import { AUTH_SERVICE } from './suites.js'

const SERVICE = 'server/auth-service'
const CODE = `${SERVICE}/grants/authorization-code.ts`

/** The back channel: client authentication, and codes that are redeemed. */
export const codes: readonly Mutant[] = [
  {
    name: 'a client_id alone authenticates a confidential client',
    file: `${SERVICE}/checks/client-authentication.ts`,
    find: "if (credentials.method === 'none') return 'the secret is missing'",
    replace: "if (credentials.method === 'none') return undefined",
    tests: AUTH_SERVICE,
  },
  {
    name: 'any secret authenticates a client',
    file: `${SERVICE}/checks/client-authentication.ts`,
    find: "return isRight ? undefined : 'the secret is wrong'",
    replace: 'return isRight ? undefined : undefined',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a secret of a public client is taken',
    file: `${SERVICE}/checks/client-authentication.ts`,
    find: "return credentials.method === 'none' ? undefined : 'a public client has no secret'",
    replace: 'return undefined',
    tests: AUTH_SERVICE,
  },
  {
    name: 'two ways of client authentication are fine',
    file: `${SERVICE}/checks/client-credentials.ts`,
    find: 'if (clientSecret !== undefined) {',
    replace: 'if (false) {',
    tests: AUTH_SERVICE,
  },
  {
    name: 'client_id and header may name two clients',
    file: `${SERVICE}/checks/client-credentials.ts`,
    find: 'if (clientId !== undefined && clientId !== credentials.clientId) {',
    replace: 'if (false) {',
    tests: AUTH_SERVICE,
  },
  {
    name: 'guessing at client secrets is not throttled',
    file: `${SERVICE}/checks/client-guessing.ts`,
    find: 'await countFailure(transaction, perClient, PER_CLIENT, now)',
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'parameters of the back channel may stand in the URL',
    file: `${SERVICE}/form-requests.ts`,
    find: "if (request.url.includes('?')) {",
    replace: 'if (false) {',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a code is redeemed by another client',
    file: CODE,
    find: "if (code.client_id !== client.id) throw refused('the code is of another client', { grantId: code.grant_id })",
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a code never expires',
    file: CODE,
    find: "if (now >= code.expires_at) throw refused('the code has expired', names)",
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a code is redeemed with another redirect URI',
    file: CODE,
    find: 'if (redirectUri !== code.redirect_uri) {',
    replace: 'if (false) {',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a code is redeemed for another resource',
    file: CODE,
    find: 'refuseOtherResource(parameters.resources, code.resource)',
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a second redemption ends nothing',
    file: CODE,
    find: 'await store.write((transaction) => revokeGrant(transaction, names.grantId, REUSED, now))',
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a wrong verifier leaves the code as it was',
    file: CODE,
    find: 'const isFirst = await store.write((db) => redeemAuthorizationCode(db, code.code_hash, now))',
    replace: 'const isFirst = true',
    tests: AUTH_SERVICE,
  },
  {
    name: 'two redemptions at once both count',
    file: CODE,
    find: "if (redemption === 'used') return refuseReuse()",
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a second redemption with a wrong verifier ends nothing while the first is under way',
    file: CODE,
    find: 'if (!isFirst) return refuseReuse()',
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a code is redeemed for a resource that was removed',
    file: CODE,
    find: "if (!(await isOffered(transaction, code.resource))) return 'resource-gone'",
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a verifier is not compared',
    file: `${SERVICE}/checks/code-verifier.ts`,
    find: 'if (codeChallengeOf(codeVerifier) !== codeChallenge) {',
    replace: 'if (false) {',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a missing verifier is fine',
    file: `${SERVICE}/checks/code-verifier.ts`,
    find: "if (codeVerifier === undefined) throw refused('the code_verifier is missing')",
    replace: 'if (codeVerifier === undefined) return',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a verifier for a code without a challenge is fine',
    file: `${SERVICE}/checks/code-verifier.ts`,
    find: "if (codeVerifier !== undefined) throw refused('a code_verifier came for a code without a challenge')",
    replace: '',
    tests: AUTH_SERVICE,
  },
  {
    name: 'a verifier of any length is fine',
    file: `${SERVICE}/checks/code-verifier.ts`,
    find: "if (!CODE_VERIFIER.test(codeVerifier)) throw refused('the code_verifier is malformed')",
    replace: '',
    tests: AUTH_SERVICE,
  },
]
