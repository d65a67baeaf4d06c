import { describe, expect, it } from 'vitest'
import { requestedMaxAgeSeconds } from '../../../../../server/auth-service/checks/max-age.js'

describe('max_age', () => {
  it.each([
    [undefined, undefined],
    ['0', 0],
    ['1', 1],
    ['10000', 10_000],
    ['0060', 60],
    ['9999999999', 9_999_999_999],
  ])('%s is %s seconds (83)', (value, expected) => {
    expect(requestedMaxAgeSeconds(value)).toBe(expected)
  })

  it.each(['-1', '1.5', '1e3', '0x10', ' 1', '1 ', 'NaN', 'Infinity', '12345678901', '１'])(
    'is refused as %s (83)',
    (value) => {
      expect(() => requestedMaxAgeSeconds(value)).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      )
    },
  )
})
