/** Who takes part in the flow, in the order of the diagram's columns. */
export const PARTIES = ['GUI', 'BackendAPI', 'AuthService'] as const
export type Party = (typeof PARTIES)[number]

/** One leg of the flow: who tells whom what. From a party to itself, it is something that the party does. */
export interface Leg {
  from: Party
  to: Party
  what: string
  /** What has to be seen on both ends for it to have happened; told when it was not. */
  evidence: string
}

/** The 17 legs, in their order: the first one is leg 1. */
export const LEGS: readonly Leg[] = [
  {
    from: 'GUI',
    to: 'BackendAPI',
    what: 'GET /items',
    evidence: 'a request for the items without a token',
  },
  {
    from: 'BackendAPI',
    to: 'GUI',
    what: '401, how to log in',
    evidence: 'a 401 with a bare challenge',
  },
  {
    from: 'GUI',
    to: 'AuthService',
    what: 'authorization request with PKCE, in the browser',
    evidence: 'a browser at the authorization endpoint',
  },
  {
    from: 'AuthService',
    to: 'AuthService',
    what: 'checks the password',
    evidence: 'a sign-in in the AuthService’s audit log',
  },
  {
    from: 'AuthService',
    to: 'GUI',
    what: 'authorization code, state, issuer',
    evidence: 'a code of this sign-in that came back to authcli',
  },
  {
    from: 'GUI',
    to: 'AuthService',
    what: 'POST /token: the code and its verifier',
    evidence: 'an exchange of that very code',
  },
  {
    from: 'AuthService',
    to: 'GUI',
    what: 'access token, refresh token, ID token',
    evidence: 'tokens that authcli received',
  },
  {
    from: 'GUI',
    to: 'GUI',
    what: 'keeps the tokens, then says “logged in”',
    evidence: 'a session that was stored before authcli said that it was logged in',
  },
  {
    from: 'GUI',
    to: 'BackendAPI',
    what: 'GET /items, Bearer',
    evidence: 'a request for the items with a token that reached the BackendAPI',
  },
  {
    from: 'BackendAPI',
    to: 'AuthService',
    what: 'POST /introspect',
    evidence: 'an introspection in the course of that request',
  },
  {
    from: 'AuthService',
    to: 'BackendAPI',
    what: 'active, and for whom',
    evidence: 'a verdict that the BackendAPI got from the AuthService',
  },
  {
    from: 'BackendAPI',
    to: 'GUI',
    what: '200, the items',
    evidence: 'data that authcli received',
  },
  {
    from: 'BackendAPI',
    to: 'GUI',
    what: '200, same token again',
    evidence: 'data for the same token, without a refresh',
  },
  {
    from: 'BackendAPI',
    to: 'GUI',
    what: '401, invalid_token',
    evidence: 'a 401 of the BackendAPI for the expired token',
  },
  {
    from: 'GUI',
    to: 'AuthService',
    what: 'POST /token: the refresh token',
    evidence: 'a refresh of this very login',
  },
  {
    from: 'AuthService',
    to: 'GUI',
    what: 'new tokens, stored before they are used',
    evidence: 'new tokens that were stored before anything else',
  },
  {
    from: 'GUI',
    to: 'BackendAPI',
    what: 'GET /items, once more',
    evidence: 'the same request once more, answered with data',
  },
]
