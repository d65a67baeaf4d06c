import { expect, it } from 'vitest'
import { deviceScopesOnly } from '../../../../../server/auth-service/checks/device-scopes.js'

it('a client gets on other devices what an operator lets it have there, in the order of the request (72)', () => {
  expect(deviceScopesOnly(['openid', 'items:write', 'items:read'], 'any')).toEqual([
    'openid',
    'items:write',
    'items:read',
  ])
  expect(deviceScopesOnly(['openid', 'items:write', 'items:read'], ['items:read', 'openid'])).toEqual([
    'openid',
    'items:read',
  ])
})

it('a client that may have nothing of what it asks for there is told so (72)', () => {
  expect(() => deviceScopesOnly(['items:write'], ['items:read'])).toThrow(
    expect.objectContaining({ code: 'invalid_scope' }),
  )
})
