import { describe, expect, it } from 'vitest'
import { refuseRequestObject } from '../../../../../server/auth-service/checks/request-object.js'
import { readParameters } from '../../../../../server/auth-service/checks/request-parameters.js'

describe('a request object', () => {
  it.each([
    ['request', 'request_not_supported'],
    ['request_uri', 'request_uri_not_supported'],
    ['registration', 'registration_not_supported'],
  ])('in %s is refused with an error of its own', (name, code) => {
    const parameters = readParameters(new URLSearchParams({ [name]: 'https://client.example.org/1' }))
    expect(() => refuseRequestObject(parameters)).toThrow(expect.objectContaining({ code }))
  })

  it('is absent when its parameter is empty (12)', () => {
    expect(() =>
      refuseRequestObject(readParameters(new URLSearchParams('request=&request_uri='))),
    ).not.toThrow()
  })
})
