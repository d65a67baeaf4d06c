import { describe, expect, it } from 'vitest'
import { requireQueryResponse } from '../../../../../server/auth-service/checks/response-mode.js'

describe('response_mode', () => {
  it.each([undefined, 'query'])('may be %s', (mode) => {
    expect(() => requireQueryResponse(mode)).not.toThrow()
  })

  it.each(['fragment', 'form_post', 'jwt', 'query.jwt', 'Query'])('is refused as %s (17)', (mode) => {
    expect(() => requireQueryResponse(mode)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})
