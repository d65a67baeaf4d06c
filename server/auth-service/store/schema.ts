/**
 * Everything that the AuthService remembers. The same tables on SQLite and PostgreSQL, so: instants are epoch milliseconds,
 * flags are 0 or 1, lists are JSON text, and what would let somebody in – codes, ids, secrets – is there as a hash only.
 */
export interface Database {
  accounts: AccountsTable
  clients: ClientsTable
  client_access: ClientAccessTable
  resources: ResourcesTable
  grants: GrantsTable
  authorization_codes: AuthorizationCodesTable
  device_authorizations: DeviceAuthorizationsTable
  revoked_access_tokens: RevokedAccessTokensTable
  browser_sessions: BrowserSessionsTable
  consents: ConsentsTable
  throttles: ThrottlesTable
  keys: KeysTable
  providers: ProvidersTable
  identities: IdentitiesTable
  provider_sign_ins: ProviderSignInsTable
  security_events: SecurityEventsTable
  password_links: PasswordLinksTable
}

/** A person. `id` is the `sub` of every token. */
export interface AccountsTable {
  id: string
  /** Lower case, NFC; what is typed on the sign-in page. */
  username: string
  name: string
  email: string | null
  /** When somebody who may say so, an operator, said that the address is this person's; null: nobody did. */
  email_verified_at: number | null
  /** Argon2id in PHC form; null for who has no password (yet). */
  password_hash: string | null
  password_changed_at: number
  disabled_at: number | null
  created_at: number
}

/** A program that may ask for tokens. Without `secret_hash` it is public. */
export interface ClientsTable {
  id: string
  name: string
  kind: 'native' | 'web' | 'service'
  secret_hash: string | null
  /** JSON list of strings. */
  redirect_uris: string
  /** JSON list of strings. */
  post_logout_redirect_uris: string
  require_pkce: 0 | 1
  id_token_signed_response_alg: 'ES256' | 'RS256'
  /** What it may ask for on a device without a browser, as JSON: `"any"`, or a list of scopes; null for nothing. */
  device_scopes: string | null
  created_at: number
}

/** What a client of the kind `service` may do for itself. It goes with its client, and with its resource. */
export interface ClientAccessTable {
  client_id: string
  resource: string
  /** Names separated by spaces. */
  scope: string
  created_at: number
}

/** A protected resource: who may be named by `resource`, and who may ask about tokens for it. */
export interface ResourcesTable {
  /** The resource identifier (RFC 8707), in canonical form. */
  url: string
  /** JSON list of the scopes that belong to it. */
  scopes: string
  introspection_client_id: string
  introspection_secret_hash: string
  created_at: number
}

/**
 * One login on one device. Its refresh tokens exist only on the client; the row knows the generation and the
 * nonce of the last one that was used, from which every other answer follows.
 */
export interface GrantsTable {
  /** Begins with the instant at which it was made, which keeps grants of one time together. */
  id: string
  account_id: string
  client_id: string
  /** The audience of its access tokens; null means the userinfo endpoint. */
  resource: string | null
  scope: string
  /** When the person proved who they are. */
  auth_time: number
  /** 0 until the first refresh. */
  generation: number
  /** The nonce of the refresh token of that generation; null while `generation` is 0. */
  nonce: string | null
  /** When the token of that generation stopped being good for another try, once one was refused for that; else null. */
  retries_ended_at: number | null
  /** JSON list: the instants of the last few advances of `generation`, newest first. */
  advanced_at: string
  created_at: number
  last_used_at: number
  revoked_at: number | null
  revoked_reason: string | null
  /** What the device calls itself: text that anybody may have written. */
  device_name: string | null
  /** The address that the tokens were last fetched from. */
  source: string | null
  /** When its row came back from a backup and its tokens were to go on; from then on they may be newer than the row. */
  restored_at: number | null
}

/** Kept after redemption, so that a second one can be recognised and answered by ending the grant. */
export interface AuthorizationCodesTable {
  /** Behind the instant at which the code was made, which keeps codes of one time together. */
  code_hash: string
  /** The grant that redemption creates. */
  grant_id: string
  account_id: string
  client_id: string
  redirect_uri: string
  code_challenge: string | null
  nonce: string | null
  resource: string | null
  scope: string
  auth_time: number
  created_at: number
  expires_at: number
  redeemed_at: number | null
}

/**
 * What a device without a browser has asked for, from its request to the tokens (RFC 8628). Kept after that, so that a
 * second use of the device code can be recognised.
 */
export interface DeviceAuthorizationsTable {
  device_code_hash: string
  user_code_hash: string
  /** The grant that redemption creates. */
  grant_id: string
  client_id: string
  resource: string | null
  scope: string
  /** The address that the request came from, which the person is shown. */
  source: string
  /** How many seconds the device must leave between two polls. */
  interval_seconds: number
  polled_at: number | null
  /** The hash of the id of the browser that the user code was entered in first. */
  claimed_by: string | null
  /** Who decided, and when they had proved who they are; null before. */
  account_id: string | null
  auth_time: number | null
  approved_at: number | null
  denied_at: number | null
  redeemed_at: number | null
  created_at: number
  expires_at: number
}

/** Single access tokens that were revoked before their end; those of a revoked grant are not listed. */
export interface RevokedAccessTokensTable {
  jti: string
  expires_at: number
}

/** A browser in which somebody is signed in. */
export interface BrowserSessionsTable {
  /** Behind the instant of the sign-in, which keeps those of one time together. */
  id_hash: string
  account_id: string
  authenticated_at: number
  created_at: number
  expires_at: number
  /** 1 where the person proved who they are just then, to us or to a provider; 0 where a provider only said who it is. */
  is_proven: number
}

/** What a person allowed a client, remembered per client and resource. */
export interface ConsentsTable {
  account_id: string
  client_id: string
  /** Empty for the AuthService's own userinfo. */
  resource: string
  scope: string
  granted_at: number
}

/** Failed attempts, counted per key in a window. */
export interface ThrottlesTable {
  key: string
  failures: number
  window_started_at: number
  blocked_until: number
}

/** Signing keys and the refresh-token key. Private parts are encrypted. */
export interface KeysTable {
  id: string
  purpose: 'sign' | 'refresh-token'
  /** A JOSE algorithm. */
  alg: string
  /** The public JWK as JSON; null for a symmetric key. */
  public_jwk: string | null
  encrypted_private: string
  created_at: number
  /** When it begins to sign; it is published from the start. */
  active_from: number
  /** When it stops signing, because its successor begins; null without one. Its tokens count for longer. */
  retired_at: number | null
}

/** Another service at which people sign in. */
export interface ProvidersTable {
  /** Short and lower case: in addresses, and in `authcli login --provider`. */
  name: string
  kind: 'oidc' | 'github'
  /** What the button says. */
  label: string
  /** With `subject`, what an identity is known by. */
  issuer: string
  client_id: string
  encrypted_secret: string
  /** Names separated by spaces. */
  scope: string
  /** Whose first sign-in makes an account, as JSON; null: nobody's. */
  sign_up_rule: string | null
  /** Whether passwords and other providers are not offered. At most one says so. */
  is_only_way: 0 | 1
  created_at: number
}

/** Somebody at a provider, and the account that they sign in to. */
export interface IdentitiesTable {
  issuer: string
  subject: string
  account_id: string
  /** What the provider said last, to be shown; nobody is found by it. */
  email: string | null
  linked_at: number
  last_used_at: number
}

/** A browser that was sent to a provider and is not back yet. */
export interface ProviderSignInsTable {
  /** Of the `state`, from which the nonce and the code verifier are derived. */
  state_hash: string
  provider: string
  /** The hash of the id of the browser that began. */
  browser: string
  /** What goes on after the sign-in, as JSON. */
  interaction: string
  /** Whom the identity is to be linked to, for somebody who is signed in already. */
  link_to_account_id: string | null
  created_at: number
  expires_at: number
}

/** What a person is shown of what happened to their account. */
export interface SecurityEventsTable {
  account_id: string
  event: /** By password, or at the provider that is named. */
    | 'signed-in'
    /** Somebody knew the username and not the password, or came from the provider and was not let in. */
    | 'sign-in-failed'
    /** By the person; by an operator where there is no source. */
    | 'password-changed'
    /** An operator made a link by which a password can be chosen. */
    | 'password-link-made'
    /** Somebody chose a password by such a link. */
    | 'password-link-used'
    | 'provider-linked'
    | 'provider-unlinked'
    /** A device without a browser was allowed to log in. */
    | 'device-approved'
    /** One login of a program was ended, by the person or by the program. */
    | 'login-ended'
    /** Every login was ended; by an operator where there is no source. */
    | 'signed-out-everywhere'
    /** Two parties had the tokens of one login, which ended it. */
    | 'reuse-found'
    | 'account-disabled'
    | 'account-enabled'
  at: number
  id: string
  /** The address that it came from; null for what an operator does. */
  source: string | null
  client_id: string | null
  /** The name of the provider. */
  provider: string | null
}

/** A link by which a person chooses a password, once. */
export interface PasswordLinksTable {
  token_hash: string
  account_id: string
  purpose: 'invitation' | 'reset'
  created_at: number
  expires_at: number
  used_at: number | null
}
