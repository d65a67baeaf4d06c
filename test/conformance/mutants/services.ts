import type { Mutant } from '../mutate.js'

const SERVICE = 'server/auth-service'
const GRANT = `${SERVICE}/grants/client-credentials.ts`
const GRANT_TESTS = ['test/integration/auth-service/client-credentials.test.ts']

/** Clients that act for themselves: registration, grant, and what their tokens are worth. */
export const services: readonly Mutant[] = [
  {
    name: 'a client acts for itself without being registered for it',
    file: `${SERVICE}/checks/grant-type.ts`,
    find: 'if (isForItself === isService) return',
    replace: 'if (isForItself || !isService) return',
    tests: ['test/unit/server/auth-service/checks/grant-type.test.ts'],
  },
  {
    name: 'a service acts for people',
    file: `${SERVICE}/checks/grant-type.ts`,
    find: 'if (isForItself === isService) return',
    replace: 'if (!isForItself || isService) return',
    tests: GRANT_TESTS,
  },
  {
    name: 'a client without a secret acts for itself',
    file: `${SERVICE}/checks/grant-type.ts`,
    find: ' && client.secretHash !== null',
    replace: '',
    tests: GRANT_TESTS,
  },
  {
    name: 'the token endpoint asks nobody whether the grant is theirs',
    file: `${SERVICE}/endpoints/token.ts`,
    find: 'refuseOtherGrantType(client, grantType)',
    replace: '',
    tests: GRANT_TESTS,
  },
  {
    name: 'a service gets more scope than it is registered for',
    file: GRANT,
    find: "const wanted = narrowedScope(parameters.get('scope'), access.scope)",
    replace: "const wanted = parameters.get('scope') ?? access.scope",
    tests: GRANT_TESTS,
  },
  {
    name: 'a service gets a scope that was withdrawn',
    file: GRANT,
    find: 'const scope = offeredScope(wanted, resource.scopes)',
    replace: 'const scope = wanted',
    tests: GRANT_TESTS,
  },
  {
    name: 'a service names another resource and is not told',
    file: GRANT,
    find: 'if (named !== null && named !== resource.url) {',
    replace: 'if (false) {',
    tests: GRANT_TESTS,
  },
  {
    name: 'a token of a client names somebody else',
    file: `${SERVICE}/checks/client-access-end.ts`,
    find: "if (claims.sub !== claims.client_id) return 'the token is of a client, and names somebody else'",
    replace: '',
    tests: GRANT_TESTS,
  },
  {
    name: 'a token of a client outlives its registration',
    file: `${SERVICE}/checks/client-access-end.ts`,
    find: "if (access === undefined) return 'the client may do nothing for itself any more'",
    replace: 'if (access === undefined) return undefined',
    tests: GRANT_TESTS,
  },
  {
    name: 'a token of a client counts for the next client of that id',
    file: `${SERVICE}/checks/client-access-end.ts`,
    find: 'if ((claims.iat + 1) * 1000 <= access.createdAt)',
    replace: 'if (false)',
    tests: GRANT_TESTS,
  },
  {
    name: 'a public client is registered to act for itself',
    file: `${SERVICE}/checks/client-registration.ts`,
    find: "if (kind === 'service' && !confidential)",
    replace: 'if (false)',
    tests: ['test/unit/server/auth-service/checks/client-registration.test.ts'],
  },
  {
    name: 'a client is registered to act for itself with any scope',
    file: `${SERVICE}/commands/clients/client-access.ts`,
    find: 'if (unknown !== undefined) {',
    replace: 'if (false) {',
    tests: ['test/unit/server/auth-service/commands/service-clients.test.ts'],
  },
]
