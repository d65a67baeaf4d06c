import { isLoopbackHost } from '../loopback.js'
import type { RegisteredProvider, SignUpRule } from '../store/providers.js'

/** What an operator asks to be registered, its secret apart. */
export type ProviderRegistration = Omit<RegisteredProvider, 'encryptedSecret' | 'createdAt'>

/**
 * Why a provider can't be registered like this beside those that are, in words for the operator; undefined if it can.
 */
export function whyNotRegistrableProvider(
  provider: ProviderRegistration,
  others: readonly RegisteredProvider[],
): string | undefined {
  return (
    whyNotName(provider.name) ??
    whyNotLabel(provider.label) ??
    whyNotIssuer(provider.issuer) ??
    whyNotClientId(provider.clientId) ??
    whyNotScope(provider) ??
    whyNotRule(provider.signUpRule) ??
    whyNotBeside(provider, others)
  )
}

/** The issuer as it is stored: what a provider writes with or without a slash behind its host is one issuer. */
export function canonicalIssuer(issuer: string): string {
  if (!URL.canParse(issuer)) return issuer
  const { pathname, origin, href } = new URL(issuer)
  return pathname === '/' && href === `${origin}/` ? origin : href
}

// It stands in addresses and on command lines.
function whyNotName(name: string): string | undefined {
  if (/^[a-z][a-z0-9-]{0,29}$/.test(name)) return undefined
  return 'the name of a provider begins with a letter and has at most 30 of a-z, 0-9 and -'
}

function whyNotLabel(label: string): string | undefined {
  return /^[^\p{C}\p{Zl}\p{Zp}]{1,40}$/u.test(label) && label.trim() === label
    ? undefined
    : 'a label has 1 to 40 visible characters in one line'
}

function whyNotIssuer(issuer: string): string | undefined {
  if (!URL.canParse(issuer)) return 'the issuer is no URL'
  const { protocol, hostname, search, hash, username, password } = new URL(issuer)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname))) {
    return 'the issuer is no https URL; http is for loopback addresses'
  }
  if (search || hash || username || password) return 'an issuer has no query, fragment or user'
  // Where it leads to would count then, and not what it is.
  if (issuer.includes('/.well-known/')) return 'the issuer is what stands before /.well-known/'
  return undefined
}

function whyNotClientId(clientId: string): string | undefined {
  return /^[\x21-\x7e]{1,255}$/.test(clientId)
    ? undefined
    : 'a client id has 1 to 255 ASCII characters without spaces'
}

function whyNotScope({ kind, scope }: ProviderRegistration): string | undefined {
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope)) {
    return 'a scope is a list of names with one space between them'
  }
  if (kind === 'oidc' && !scope.split(' ').includes('openid'))
    return 'the scope of an OpenID Connect provider has openid in it'
  return undefined
}

function whyNotRule(rule: SignUpRule | null): string | undefined {
  if (rule === null) return undefined
  const domain = rule.domains.find((each) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(each))
  if (domain !== undefined) return `${domain} is no domain`
  if (rule.groups.includes('')) return 'a group has a name'
  if (rule.claims.some(({ name, value }) => name === '' || value === ''))
    return 'a claim is written name=value'
  return undefined
}

function whyNotBeside(
  { name, issuer, isOnlyWay }: ProviderRegistration,
  others: readonly RegisteredProvider[],
): string | undefined {
  if (others.some((other) => other.name === name)) return `there is a provider ${name} already`
  const same = others.find((other) => other.issuer === issuer)
  // An identity is known by its issuer.
  if (same !== undefined) return `the provider ${same.name} has this issuer`
  const only = others.find((other) => other.isOnlyWay)
  if (isOnlyWay && only !== undefined) return `${only.name} is the only way in`
  return undefined
}
