import {
  newPasswordLink,
  storePasswordLink,
} from '../../../server/auth-service/commands/accounts/password-link.js'
import type { PasswordLink } from '../../../server/auth-service/store/password-links.js'
import { insertProvider } from '../../../server/auth-service/store/providers.js'
import type { TestContext } from './test-context.js'

/** Makes a link by which a person chooses a password, as the operator's command does, and gives its path. */
export async function makePasswordLink(
  { settings, store, now }: Pick<TestContext, 'settings' | 'store' | 'now'>,
  accountId: string,
  purpose: PasswordLink['purpose'] = 'reset',
): Promise<string> {
  const link = newPasswordLink(settings.issuer, { accountId, purpose, now: now() })
  await store.write((transaction) => storePasswordLink(transaction, link))
  return link.url.slice(settings.issuer.length)
}

/** Registers a provider that is the only way in: then nobody gets in with a password. */
export async function closeToPasswords({ write }: Pick<TestContext['store'], 'write'>): Promise<void> {
  await write((transaction) =>
    insertProvider(transaction, {
      name: 'acme',
      kind: 'oidc',
      label: 'Acme',
      issuer: 'https://acme.example',
      clientId: 'our-client',
      encryptedSecret: '',
      scope: 'openid',
      signUpRule: null,
      isOnlyWay: true,
      createdAt: 1,
    }),
  )
}
