import { describe, expect, it } from 'vitest'
import { publicText } from '../../../../../src/cli/doctor/public-text.js'

const PLACES = { issuer: 'https://auth.example.com/tenant', api: 'https://api.example.com' }

describe('publicText', () => {
  it('keeps the addresses of the AuthService and the API', () => {
    const text = 'the AuthService at https://auth.example.com refused "https://api.example.com/items"'
    expect(publicText(text, PLACES)).toBe(text)
  })

  it.each([
    ['hides other addresses: https://intranet.corp.example/x?y', 'hides other addresses: …'],
    ['hides what is quoted: "intranet" and "https://corp.example"', 'hides what is quoted: "…" and "…"'],
    ['hides a quote that holds quotes: "a \\" b"', 'hides a quote that holds quotes: "…"'],
    ['hides ldap://corp.example, too', 'hides …, too'],
    ['is not fooled by https://auth.example.com.evil.example/', 'is not fooled by …'],
    ['hides what an address holds: https://ada:pw@auth.example.com/', 'hides what an address holds: …'],
    ['hides "https://auth.example.com/?key=1"', 'hides "…"'],
    ['nor by https://auth.example.com@evil.example/', 'nor by …'],
  ])('%s', (text, shown) => {
    expect(publicText(text, PLACES)).toBe(shown)
  })
})
