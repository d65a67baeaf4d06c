import { describe, expect, it } from 'vitest'
import { requestedPrompts } from '../../../../../server/auth-service/checks/prompt.js'

describe('prompt', () => {
  it.each([
    [undefined, []],
    ['none', ['none']],
    ['login', ['login']],
    ['login consent', ['login', 'consent']],
    ['consent  login consent', ['login', 'consent']],
    ['select_account consent login', ['login', 'consent', 'select_account']],
  ])('%s asks for %j (83)', (prompt, expected) => {
    expect([...requestedPrompts(prompt)]).toEqual(expected)
  })

  it.each(['none login', 'login none', 'create', 'Login', 'login,consent'])(
    'is refused as %s (83)',
    (prompt) => {
      expect(() => requestedPrompts(prompt)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    },
  )
})
