import { describe, expect, it } from 'vitest'
import { canonicalPersonName, isPersonName } from '../../../../../server/auth-service/checks/person-name.js'

describe('a name of a person', () => {
  it.each(['A', 'Ada Lovelace', '李白', 'Zoë O’Neil-Smith', '👩‍🚀'.slice(0, 2), 'x'.repeat(100)])(
    'can be %j',
    (name) => {
      expect(isPersonName(canonicalPersonName(name))).toBe(true)
    },
  )

  it.each(['', ' ', 'x'.repeat(101), 'two\nlines', 'two\u2028lines', 'a\u202Eb', 'nul\u0000', 'half \uD800'])(
    'can’t be %j',
    (name) => {
      expect(isPersonName(canonicalPersonName(name))).toBe(false)
    },
  )

  it('is stored without spaces around it, and in one spelling', () => {
    expect(canonicalPersonName('  Zoe\u0308 ')).toBe('Zoë')
  })
})
