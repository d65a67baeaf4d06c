import { canonicalResource } from '../../checks/resource.js'
import { OWN_SCOPES, parseScope } from '../../checks/scope.js'
import { OperatorError } from '../../operator-error.js'
import { findResource } from '../../store/resources.js'
import type { Reader } from '../../store/store.js'

/** The flags of `clients add` that say what a client may do for itself. */
export interface ClientAccessFlags {
  clientCredentials?: true
  resource?: string
  scopes?: string
}

/** What a client may do for itself, as it is asked for. */
export interface WantedAccess {
  resource: string
  scopes: readonly string[]
}

/**
 * What the flags ask for; undefined for a client that acts for people.
 * @throws OperatorError when they contradict each other, or are no resource and no scopes.
 */
export function wantedAccessOf(flags: ClientAccessFlags): WantedAccess | undefined {
  const { clientCredentials, resource, scopes } = flags
  if (!clientCredentials) {
    if (resource === undefined && scopes === undefined) return undefined
    throw new OperatorError('--resource and --scopes go with --client-credentials')
  }
  if (resource === undefined || scopes === undefined) {
    throw new OperatorError('--client-credentials needs --resource and --scopes', {
      hint: `auth-service clients add NAME --client-credentials --resource URL --scopes 'items:read'`,
    })
  }
  return { resource: canonicalResource(resource) ?? resource, scopes: scopesOf(scopes) }
}

/**
 * The scope to register, which the resource has.
 * @throws OperatorError when there is no such resource, or it has no such scope.
 */
export async function requireOfferedScope(db: Reader, wanted: WantedAccess): Promise<string> {
  const resource = await findResource(db, wanted.resource)
  if (resource === undefined) {
    throw new OperatorError(`there is no resource ${wanted.resource}`, {
      hint: 'see them all with `auth-service resources list`',
    })
  }
  const unknown = wanted.scopes.find((scope) => !resource.scopes.includes(scope))
  if (unknown !== undefined) {
    throw new OperatorError(`${resource.url} has no scope ${unknown}`, {
      hint: `it has: ${resource.scopes.join(' ')}`,
    })
  }
  return wanted.scopes.join(' ')
}

function scopesOf(value: string): string[] {
  try {
    const scopes = parseScope(value.trim())
    const own = scopes.find((scope) => (OWN_SCOPES as readonly string[]).includes(scope))
    if (own === undefined) return scopes
    throw new OperatorError(`the scope ${own} is about people, and a client that acts for itself is none`)
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw new OperatorError('--scopes is a list of names with one space between them', { cause: error })
  }
}
