import { describe, expect, it } from 'vitest'
import { OWN_SCOPES } from '../../../../../server/auth-service/checks/scope.js'
import { scopeWords } from '../../../../../server/auth-service/pages/scope-words.js'

describe('the words for a scope', () => {
  it('are plain ones for every scope of our own and of the BackendAPI', () => {
    const words = scopeWords([...OWN_SCOPES, 'items:read', 'items:write'], { staysSignedIn: false })
    expect(words.map(({ what }) => String(what))).toEqual([
      'Recognise you',
      'See your name and username',
      'See your email address',
      'See your items',
      'Add and delete items for you',
      'Stay signed in for you',
    ])
  })

  it('are its name where nobody has described it, escaped (14)', () => {
    const [words] = scopeWords(['moon<phases'], { staysSignedIn: false })
    expect(String(words?.what)).toBe('Use <code>moon&#60;phases</code>')
  })

  it('say that a client stays signed in, whether it asked for that or gets it anyway', () => {
    const said = (scopes: string[], staysSignedIn: boolean) =>
      scopeWords(scopes, { staysSignedIn }).filter(({ what }) => String(what).startsWith('Stay')).length
    expect(said(['offline_access'], false)).toBe(1)
    expect(said(['openid'], true)).toBe(1)
    expect(said(['openid', 'offline_access'], true)).toBe(1)
    expect(said(['openid'], false)).toBe(0)
  })
})
