import { describe, expect, it } from 'vitest'
import { readClientCredentials } from '../../../../../server/auth-service/checks/client-credentials.js'
import { readParameters } from '../../../../../server/auth-service/checks/request-parameters.js'

const read = (authorization: string | undefined, form = '') =>
  readClientCredentials(authorization, readParameters(new URLSearchParams(form)))
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

describe('client credentials', () => {
  it('are an id alone for a public client', () => {
    expect(read(undefined, 'client_id=a')).toEqual({ method: 'none', clientId: 'a' })
  })

  it('may stand in the form', () => {
    expect(read(undefined, 'client_id=a&client_secret=b')).toEqual({
      method: 'client_secret_post',
      clientId: 'a',
      clientSecret: 'b',
    })
  })

  it('may stand in the header, each half form-encoded', () => {
    expect(read(basic('a%3Ab+c:d%2B%25e'))).toEqual({
      method: 'client_secret_basic',
      clientId: 'a:b c',
      clientSecret: 'd+%e',
    })
  })

  it('may name the scheme in any case, and the same client in the form', () => {
    expect(read(basic('a:b').replace('Basic', 'bASIC'), 'client_id=a')).toMatchObject({ clientId: 'a' })
  })

  it.each([
    ['header and secret in the form', 'client_secret=b'],
    ['header and another client in the form', 'client_id=c'],
  ])('are refused when they come twice: %s (35)', (_what, form) => {
    expect(() => read(basic('a:b'), form)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  it.each([
    ['another scheme', 'Bearer abc'],
    ['no base64', 'Basic a:b'],
    ['nothing', 'Basic '],
    ['no colon', basic('ab')],
    ['no id', basic(':b')],
    ['no secret', basic('a:')],
    ['a broken escape', basic('a:%zz')],
    ['broken UTF-8', basic('a:%ff')],
    ['a NUL', basic('a%00:b')],
  ])('are refused with a challenge when the header holds %s (37)', (_what, authorization) => {
    expect(() => read(authorization)).toThrow(
      expect.objectContaining({
        code: 'invalid_client',
        statusCode: 401,
        headers: { 'www-authenticate': 'Basic realm="auth-service"' },
      }),
    )
  })

  it.each(['', 'client_secret=b', 'client_assertion=x', 'client_id=a&client_assertion_type=x'])(
    'are refused without a challenge when the form holds no way that is offered: %j (37)',
    (form) => {
      expect(() => read(undefined, form)).toThrow(
        expect.objectContaining({ code: 'invalid_client', statusCode: 401, headers: {} }),
      )
    },
  )
})
