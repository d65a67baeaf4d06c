import type { SignIn } from './browser/person.js'
import { decideFirstSignIn } from './checks/account-linking.js'
import { fitsSignUpRule } from './checks/sign-up-rule.js'
import { newAccountFor } from './provider-account.js'
import { findOfferedProvider } from './provider-offer.js'
import type { ProvenIdentity } from './providers/provider.js'
import { type Account, findAccount, findAccountsByEmail, insertAccount } from './store/accounts.js'
import { findIdentity, linkIdentity, noteIdentityUse, type UnlinkedIdentity } from './store/identities.js'
import { removeInvitationsOfAccount } from './store/password-links.js'
import type { RegisteredProvider } from './store/providers.js'
import { noteSecurityEvent } from './store/security-events.js'
import type { Writer } from './store/store.js'

/** Somebody whom a provider has proven, and where the browser is. */
export interface ProviderSignInAttempt {
  provider: RegisteredProvider
  identity: ProvenIdentity
  /**
   * When the answer came, which is when the person has proven to us who they are, however long they were signed in over
   * there; epoch milliseconds. Who needs a new sign-in there asks for one: see `ProviderRequest.isFresh`.
   */
  at: number
  /** Whether the provider has proven a new sign-in over there. */
  isProven: boolean
  source: string
  clientId: string | undefined
}

/** How somebody got in: their account was linked before, is linked now, or is new. */
export type ProviderSignIn = SignIn & { how: 'known' | 'linked' | 'created' }

/** Whom it signs in; or why nobody. `unlinked` has no account that we know of. */
export type ProviderSignInResult =
  | { signIn: ProviderSignIn }
  | { refused: 'unknown-provider' }
  | { refused: 'account-disabled'; accountId: string }
  | { refused: 'unlinked'; identity: UnlinkedIdentity }

/**
 * Finds whom a provider has proven, in one write with everything that follows from it: an account is found by issuer and
 * subject, or linked or made now where the rules say so.
 */
export async function findAccountOfIdentity(
  transaction: Writer,
  attempt: ProviderSignInAttempt,
): Promise<ProviderSignInResult> {
  const { identity, at } = attempt
  // Not as it was before the provider was asked, which may have taken its time: an operator has removed it meanwhile.
  const provider = await findOfferedProvider(transaction, attempt.provider.name)
  if (provider?.issuer !== attempt.provider.issuer) return { refused: 'unknown-provider' }
  const named = nameIdentity(provider, identity)
  const known = await findIdentity(transaction, identity)
  if (known !== undefined) {
    const account = await findAccount(transaction, known.account_id)
    if (account === undefined) return { refused: 'unlinked', identity: named }
    await noteIdentityUse(transaction, named, at)
    return enter(transaction, attempt, account, 'known')
  }
  const address = identity.isEmailVerified ? identity.email : undefined
  const accounts = address === undefined ? [] : await findAccountsByEmail(transaction, address)
  const decision = decideFirstSignIn({
    accountsWithAddress: accounts,
    mayHaveAccount: fitsSignUpRule(provider.signUpRule, identity),
  })
  if (decision === 'sign-in-first') return { refused: 'unlinked', identity: named }
  if (decision === 'new-account') {
    const account = await newAccountFor(transaction, identity, provider.name, at)
    await insertAccount(transaction, account)
    return enter(transaction, attempt, account, 'created')
  }
  const account = accounts.find(({ id }) => id === decision.linkTo)
  if (account === undefined) return { refused: 'unlinked', identity: named }
  return enter(transaction, attempt, account, 'linked')
}

/** The part of what a provider has proven that goes on with the browser, or into the database. */
export function nameIdentity(
  { name: provider }: Pick<RegisteredProvider, 'name'>,
  { issuer, subject, email, name }: ProvenIdentity,
): UnlinkedIdentity {
  return { issuer, subject, provider, email: email ?? null, shownAs: email ?? name ?? subject }
}

/** Why an identity is not linked: somebody else has it, or its provider was removed since it was asked. */
export type LinkProblem = 'identity-taken' | 'unknown-provider'

/** Links an identity to the account of somebody who has proven to be both, and tells them; or says why it can't. */
export async function linkToAccount(
  transaction: Writer,
  identity: UnlinkedIdentity,
  { account, at, source }: { account: Pick<Account, 'id'>; at: number; source: string },
): Promise<LinkProblem | undefined> {
  const { provider } = identity
  if ((await findOfferedProvider(transaction, provider))?.issuer !== identity.issuer)
    return 'unknown-provider'
  if ((await findIdentity(transaction, identity))?.account_id === account.id) return undefined
  if (!(await linkIdentity(transaction, identity, account.id, at))) return 'identity-taken'
  await noteSecurityEvent(transaction, {
    accountId: account.id,
    kind: 'provider-linked',
    at,
    source,
    provider,
  })
  return undefined
}

async function enter(
  transaction: Writer,
  attempt: ProviderSignInAttempt,
  account: Account,
  how: ProviderSignIn['how'],
): Promise<ProviderSignInResult> {
  const { provider, identity, at, isProven, source, clientId } = attempt
  const names = { provider: provider.name, source, at }
  if (account.disabled_at !== null) {
    await noteSecurityEvent(transaction, { accountId: account.id, kind: 'sign-in-failed', ...names })
    return { refused: 'account-disabled', accountId: account.id }
  }
  if (how !== 'known') {
    await linkToAccount(transaction, nameIdentity(provider, identity), { account, at, source })
    // Who was invited has come, and needs no link any more by which somebody else could.
    await removeInvitationsOfAccount(transaction, account.id)
  }
  return { signIn: { account, authenticatedAt: at, isProven, provider: provider.name, clientId, how } }
}
