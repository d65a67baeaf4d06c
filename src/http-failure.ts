/** What is known of a failed exchange beside the error that undici or Node raised. */
export interface FailureContext {
  timeoutMs: number
  maxBodyBytes: number
  /** Who issued the certificate that the server showed, where it showed one. */
  certificateIssuer?: string | undefined
  /** Host and port of the proxy between us and the server, where there is one. */
  proxyHost?: string | undefined
}

const DNS_CODES = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME']
const UNREACHABLE_CODES = ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL']
const TIMEOUT_CODES = [
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]
const CUT_CODES = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']
const UNTRUSTED_CODES = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]

/**
 * Says in a few plain words, without a URL, why no whole response arrived. Names the issuer of a certificate
 * that is not trusted, because behind a company's proxy that is the whole answer.
 */
export function failureReason(error: unknown, context: FailureContext): string {
  const codes = errorCodes(error)
  const { proxyHost } = context
  const proxy = proxyHost === undefined ? 'the proxy' : `the proxy ${proxyHost}`
  if (codes.includes('PROXY_AUTHENTICATION')) return `${proxy} wants other credentials`
  if (codes.includes('PROXY_REFUSED')) return `${proxy} refused to connect to it`
  const reason = reasonOf(codes, context)
  return proxyHost === undefined ? reason : `${reason} (through the proxy ${proxyHost})`
}

function reasonOf(codes: readonly string[], context: FailureContext): string {
  const isOneOf = (list: readonly string[]) => codes.some((code) => list.includes(code))
  if (codes.includes('TimeoutError') || isOneOf(TIMEOUT_CODES)) {
    return `no answer within ${context.timeoutMs / 1000} seconds`
  }
  if (codes.includes('ECONNREFUSED')) return 'connection refused'
  if (isOneOf(DNS_CODES)) return 'its name is not known (DNS)'
  if (isOneOf(UNREACHABLE_CODES)) return 'there is no way to it from this network'
  if (isOneOf(UNTRUSTED_CODES)) {
    return `its certificate is not trusted${issuedBy(context)}; NODE_EXTRA_CA_CERTS can name a file of further authorities`
  }
  if (codes.includes('CERT_HAS_EXPIRED')) return `its certificate has expired${issuedBy(context)}`
  if (codes.includes('CERT_NOT_YET_VALID')) {
    return `its certificate is not valid yet${issuedBy(context)}; is this computer's clock right?`
  }
  if (codes.includes('ERR_TLS_CERT_ALTNAME_INVALID')) {
    return `its certificate is for another name${issuedBy(context)}`
  }
  if (codes.some((code) => /^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)))
    return 'it does not speak TLS as it should'
  if (codes.includes('UND_ERR_RES_EXCEEDED_MAX_SIZE')) {
    return `its answer is larger than ${context.maxBodyBytes / 1_048_576} MiB`
  }
  if (codes.includes('UND_ERR_HEADERS_OVERFLOW')) return 'the headers of its answer are too large'
  if (codes.some((code) => /^HPE_|^HTTPParserError$/.test(code))) return 'its answer is not HTTP'
  if (isOneOf(CUT_CODES)) return 'the connection was cut'
  return `the connection failed${codes[0] === undefined ? '' : ` (${codes[0]})`}`
}

function issuedBy({ certificateIssuer }: FailureContext): string {
  return certificateIssuer === undefined ? '' : ` (issued by ${certificateIssuer})`
}

/** The codes and names of an error, of what caused it, and of what it gathers. */
function errorCodes(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : []
  const gathered = error instanceof AggregateError ? error.errors.flatMap(errorCodes) : []
  return [...own, error.name, ...gathered, ...errorCodes(error.cause)].filter((code) => code !== 'Error')
}
