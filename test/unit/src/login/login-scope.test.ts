import { describe, expect, it } from 'vitest'
import { scopeToRequest } from '../../../../src/login/login-scope.js'

const SERVER = ['openid', 'profile', 'email', 'offline_access']
const API = ['items:read', 'items:write']

describe('scopeToRequest', () => {
  it.each([
    [
      'who it is and all that the API offers',
      undefined,
      API,
      SERVER,
      'openid profile email items:read items:write offline_access',
    ],
    ['what the person asked for', ['items:read'], API, SERVER, 'openid profile items:read offline_access'],
    [
      'what the person asked for, once',
      ['openid', 'a', 'offline_access'],
      API,
      SERVER,
      'openid profile a offline_access',
    ],
    ['only what the server lists of its own', undefined, API, ['openid'], 'openid items:read items:write'],
    [
      'openid alone of a server that lists nothing',
      undefined,
      API,
      undefined,
      'openid items:read items:write',
    ],
    ['openid of a server that does not list it', undefined, [], [], 'openid'],
  ])('asks for %s', (_what, askedFor, offeredByApi, offeredByServer, scope) => {
    expect(scopeToRequest({ askedFor, offeredByApi, offeredByServer })).toBe(scope)
  })
})
