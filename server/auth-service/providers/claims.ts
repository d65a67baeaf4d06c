import type { ProvenIdentity } from './provider.js'

const MAX_NAME_LENGTH = 200
/** RFC 5321 §4.5.3.1: 64 for the local part, 255 for the domain, 256 for both with what is around them. */
const MAX_EMAIL_LENGTH = 254

/** The name to call somebody by; undefined when nothing fit to be shown was said. */
export function nameOf(claims: Readonly<Record<string, unknown>>): string | undefined {
  for (const claim of ['name', 'preferred_username']) {
    const value = claims[claim]
    if (typeof value !== 'string') continue
    const name = value.normalize('NFC').trim()
    if (name !== '' && name.length <= MAX_NAME_LENGTH && !/\p{C}/u.test(name)) return name
  }
  return undefined
}

/** The address, as it was written; undefined when none was said that could be one. */
export function emailOf({ email }: Readonly<Record<string, unknown>>): string | undefined {
  const isAddress = typeof email === 'string' && /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(email)
  return isAddress && email.length <= MAX_EMAIL_LENGTH ? email : undefined
}

/** The claims that rules are made of: text, lists of texts, numbers and flags. */
export function ruleClaims(claims: Readonly<Record<string, unknown>>): ProvenIdentity['claims'] {
  const kept = Object.entries(claims).filter((entry): entry is [string, ProvenIdentity['claims'][string]] =>
    isRuleValue(entry[1]),
  )
  return Object.fromEntries(kept)
}

function isRuleValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string')
  return ['string', 'number', 'boolean'].includes(typeof value)
}
