import { describe, expect, it } from 'vitest'
import { failureReason } from '../../../src/http-failure.js'

const CONTEXT = { timeoutMs: 30_000, maxBodyBytes: 8 * 1_048_576 }

function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error('a message that nobody sees', { cause }), { code })
}

describe('failureReason', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused'],
    ['ENOTFOUND', 'its name is not known (DNS)'],
    ['EAI_AGAIN', 'its name is not known (DNS)'],
    ['ENETUNREACH', 'there is no way to it from this network'],
    ['ETIMEDOUT', 'no answer within 30 seconds'],
    ['UND_ERR_HEADERS_TIMEOUT', 'no answer within 30 seconds'],
    ['ECONNRESET', 'the connection was cut'],
    ['UND_ERR_SOCKET', 'the connection was cut'],
    ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'its answer is larger than 8 MiB'],
    ['UND_ERR_HEADERS_OVERFLOW', 'the headers of its answer are too large'],
    ['HPE_INVALID_CONSTANT', 'its answer is not HTTP'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS as it should'],
    ['EWHATEVER', 'the connection failed (EWHATEVER)'],
  ])('says what %s means', (code, reason) => {
    expect(failureReason(coded(code), CONTEXT)).toBe(reason)
  })

  it('finds the code in what caused the error, and in what it gathers', () => {
    expect(failureReason(new Error('outer', { cause: coded('ECONNREFUSED') }), CONTEXT)).toBe(
      'connection refused',
    )
    const both = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')])
    expect(failureReason(both, CONTEXT)).toBe('connection refused')
  })

  it('names the issuer of a certificate that is not trusted', () => {
    const reason = failureReason(coded('SELF_SIGNED_CERT_IN_CHAIN'), {
      ...CONTEXT,
      certificateIssuer: 'Example Corp Proxy CA',
    })
    expect(reason).toBe(
      'its certificate is not trusted (issued by Example Corp Proxy CA); NODE_EXTRA_CA_CERTS can name a file of further authorities',
    )
  })

  it.each([
    ['CERT_HAS_EXPIRED', 'its certificate has expired (issued by X)'],
    ['CERT_NOT_YET_VALID', "its certificate is not valid yet (issued by X); is this computer's clock right?"],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name (issued by X)'],
  ])('tells %s from the others', (code, reason) => {
    expect(failureReason(coded(code), { ...CONTEXT, certificateIssuer: 'X' })).toBe(reason)
  })

  it.each([
    ['PROXY_REFUSED', 'the proxy proxy:3128 refused to connect to it'],
    ['PROXY_AUTHENTICATION', 'the proxy proxy:3128 wants other credentials'],
    ['ECONNREFUSED', 'connection refused (through the proxy proxy:3128)'],
  ])('names the proxy on the way: %s', (code, reason) => {
    expect(failureReason(coded(code), { ...CONTEXT, proxyHost: 'proxy:3128' })).toBe(reason)
    expect(failureReason(coded(code), CONTEXT)).toBe(
      reason.replace(' proxy:3128', '').replace(' (through the proxy)', ''),
    )
  })

  it('has something to say about what is no error', () => {
    expect(failureReason('what?', CONTEXT)).toBe('the connection failed')
    expect(failureReason(undefined, CONTEXT)).toBe('the connection failed')
  })
})
