import { describe, expect, it } from 'vitest'
import { hasScope, narrowedScope, requestedScopes } from '../../../../../server/auth-service/checks/scope.js'

const RESOURCE_SCOPES = ['items:read', 'items:write']
const invalidScope = expect.objectContaining({ code: 'invalid_scope' })

describe('requested scopes', () => {
  it('are those that the AuthService or the resource knows, each once and in their order (44)', () => {
    expect(requestedScopes('items:read openid address items:read', RESOURCE_SCOPES)).toEqual([
      'items:read',
      'openid',
    ])
  })

  it('are all of the resource when the request names none (44)', () => {
    expect(requestedScopes(undefined, RESOURCE_SCOPES)).toEqual(RESOURCE_SCOPES)
  })

  it.each([
    ['none of them is known', 'address phone', RESOURCE_SCOPES],
    ['none is named and there is no resource', undefined, []],
    ['one belongs to a resource that is not named', 'items:read', []],
    ['there are two spaces', 'openid  profile', []],
    ['there is a space at the end', 'openid ', []],
    ['there is a tab', 'openid\tprofile', []],
    ['there is a quote', 'openid "', []],
    ['there is a backslash', 'openid \\', []],
    ['there is a letter beyond ASCII', 'openid é', []],
  ])('are refused when %s (44)', (_why, scope, resourceScopes) => {
    expect(() => requestedScopes(scope, resourceScopes)).toThrow(invalidScope)
  })
})

describe('a narrowed scope', () => {
  it('is all that was granted when nothing is asked for (55)', () => {
    expect(narrowedScope(undefined, 'openid items:read')).toBe('openid items:read')
  })

  it('is what is asked for when that was granted (55)', () => {
    expect(narrowedScope('items:read', 'openid items:read')).toBe('items:read')
  })

  it.each(['items:write', 'openid items:write', 'items', 'items:read:all', 'OPENID'])(
    'is refused when %s was not granted (55)',
    (scope) => {
      expect(() => narrowedScope(scope, 'openid items:read')).toThrow(invalidScope)
    },
  )
})

it('a scope is held by its whole name', () => {
  expect(hasScope('openid profile', 'profile')).toBe(true)
  expect(hasScope('openid profile:all', 'profile')).toBe(false)
})
