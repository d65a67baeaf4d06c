import { OperatorError } from '../../operator-error.js'
import { findProvider, type RegisteredProvider } from '../../store/providers.js'
import type { Reader } from '../../store/store.js'

/** The provider of this name. @throws OperatorError when there is none. */
export async function requireProvider(db: Reader, name: string): Promise<RegisteredProvider> {
  const provider = await findProvider(db, name)
  if (provider !== undefined) return provider
  throw new OperatorError(`there is no provider ${name}`, {
    hint: 'see them all with `auth-service providers list`',
  })
}
