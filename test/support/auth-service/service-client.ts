import { insertClientAccess } from '../../../server/auth-service/store/client-access.js'
import type { Client } from '../../../server/auth-service/store/clients.js'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import type { Answer, TestAuthService } from './test-auth-service.js'
import { basic } from './test-auth-service.js'
import { TEST_RESOURCE } from './test-context.js'

export const SERVICE_ID = 'nightly'
export const SERVICE_SECRET = Buffer.alloc(32, 6).toString('base64url')

/** Registers a client that acts for itself, as `clients add --client-credentials` does. */
export async function addServiceClient(
  { context }: Pick<TestAuthService, 'context'>,
  access: { resource?: string; scope?: string } = {},
  client: Partial<Client> = {},
): Promise<void> {
  const { settings, store, clock } = context
  await context.addClient({
    id: SERVICE_ID,
    name: 'Nightly build',
    kind: 'service',
    secretHash: hashClientSecret(settings.secret, SERVICE_SECRET),
    redirectUris: [],
    deviceScopes: null,
    ...client,
  })
  const { resource = TEST_RESOURCE, scope = 'items:read items:write' } = access
  const clientId = client.id ?? SERVICE_ID
  await store.write((transaction) =>
    insertClientAccess(transaction, { clientId, resource, scope, createdAt: clock.now }),
  )
}

/** Asks for a token as that client. */
export function requestAsService(
  { post }: Pick<TestAuthService, 'post'>,
  form: Record<string, string> | [string, string][] = {},
  headers = basic(SERVICE_ID, SERVICE_SECRET),
): Promise<Answer> {
  const parameters = Array.isArray(form) ? form : Object.entries(form)
  return post('/token', [['grant_type', 'client_credentials'], ...parameters], headers)
}
