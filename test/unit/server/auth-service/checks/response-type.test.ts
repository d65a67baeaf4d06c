import { describe, expect, it } from 'vitest'
import { requireCodeResponse } from '../../../../../server/auth-service/checks/response-type.js'

describe('response_type', () => {
  it('is code', () => {
    expect(() => requireCodeResponse('code')).not.toThrow()
  })

  it.each([
    'token',
    'id_token',
    'id_token token',
    'code token',
    'code id_token',
    'code id_token token',
    'none',
    'Code',
    'code ',
  ])('is refused as unsupported when it is %s (17)', (responseType) => {
    expect(() => requireCodeResponse(responseType)).toThrow(
      expect.objectContaining({ code: 'unsupported_response_type' }),
    )
  })

  it('is an invalid request when it is missing (17)', () => {
    expect(() => requireCodeResponse(undefined)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})
