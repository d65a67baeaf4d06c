import { describe, expect, it } from 'vitest'
import { answersRequest } from '../../../../src/login/authorization-response.js'

describe('answersRequest', () => {
  it.each([
    ['code=c&state=s', true],
    ['error=e&state=s', true],
    ['code=c&state=s&iss=i&anything=else', true],
    ['code=c&state=t', false],
    ['code=c', false],
    ['state=s', false],
    ['code=c&error=e&state=s', false],
    ['code=c&state=s&x=1&x=1', false],
    ['code=c&state=s&state=t', false],
    ['code=c&state=t&state=s', false],
  ])('%s: %s (12, 99)', (query, expected) => {
    expect(answersRequest(new URLSearchParams(query), 's')).toBe(expected)
  })
})
