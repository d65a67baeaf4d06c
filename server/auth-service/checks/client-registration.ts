import type { Client } from '../store/clients.js'
import { whyNotRegistrable } from './redirect-uri-registration.js'

/** What somebody asks to be registered. A client with a secret is confidential. */
export type ClientRegistration = Omit<Client, 'secretHash' | 'createdAt'> & { confidential: boolean }

/** What else is known under a name that a client could take. */
export interface TakenIds {
  isClient: boolean
  /** Tokens name people by this id. */
  isAccount: boolean
  /** Resources authenticate with this id. */
  isResourceCredential: boolean
}

/**
 * Why a client can't be registered like this, in words for the operator; undefined if it can.
 * @see RFC 7591 §2; RFC 9700 §4.15 (a client must not pass for a person)
 */
export function whyNotRegistrableClient(client: ClientRegistration, taken: TakenIds): string | undefined {
  return (
    whyNotId(client.id, taken) ??
    whyNotName(client.name) ??
    whyNotKind(client) ??
    whyNotRedirectUris(client) ??
    client.postLogoutRedirectUris.map((uri) => whyNotUri(uri, client.kind)).find(Boolean)
  )
}

function whyNotId(id: string, taken: TakenIds): string | undefined {
  if (!/^[\w.~-]{1,64}$/.test(id)) return 'a client id has 1 to 64 letters, digits and . _ ~ -'
  if (taken.isAccount) return `${id} is the id of an account`
  if (taken.isClient || taken.isResourceCredential) return `the client id ${id} is taken`
  return undefined
}

// It stands on the consent page: one line, and nothing that turns the text around it.
function whyNotName(name: string): string | undefined {
  return /^[^\p{C}\p{Zl}\p{Zp}]{1,80}$/u.test(name) && name.trim() === name
    ? undefined
    : 'a client name has 1 to 80 visible characters in one line'
}

function whyNotKind({ kind, confidential, requirePkce }: ClientRegistration): string | undefined {
  if (kind === 'native' && confidential) {
    return 'a native client can keep no secret (RFC 8252 §8.5)'
  }
  if (kind === 'service' && !confidential)
    return 'a client that acts for itself proves who it is with a secret'
  if (!requirePkce && !confidential) return 'a public client always needs PKCE'
  return undefined
}

function whyNotRedirectUris(client: ClientRegistration): string | undefined {
  const { redirectUris, postLogoutRedirectUris, kind, deviceScopes } = client
  if (kind === 'service') {
    const isForPeople = redirectUris.length > 0 || postLogoutRedirectUris.length > 0 || deviceScopes !== null
    return isForPeople ? 'a client that acts for itself logs nobody in' : undefined
  }
  if (redirectUris.length === 0 && deviceScopes === null) return 'a client needs at least one redirect URI'
  return redirectUris.map((uri) => whyNotUri(uri, kind)).find(Boolean)
}

function whyNotUri(uri: string, kind: Client['kind']): string | undefined {
  const reason = whyNotRegistrable(uri, kind)
  return reason && `the URI ${uri} can't be registered: ${reason}`
}
