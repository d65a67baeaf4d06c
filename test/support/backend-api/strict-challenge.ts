const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const PARAMETER = new RegExp(`^(${TOKEN})="((?:[\\t !#-\\[\\]-~]|\\\\[\\t -~])*)"(?:, |$)`)

/**
 * Reads a `WWW-Authenticate` value that holds one Bearer challenge, and nothing that RFC 9110 §11.6.1 does not
 * allow. Throws on anything else, a repeated parameter included.
 */
export function parseStrictChallenge(header: unknown): Record<string, string> {
  if (typeof header !== 'string' || !header.startsWith('Bearer '))
    throw new Error(`no Bearer challenge: ${header}`)
  const parameters: Record<string, string> = {}
  let rest = header.slice('Bearer '.length)
  while (rest !== '') {
    const match = PARAMETER.exec(rest)
    const [whole, name = '', value = ''] = match ?? []
    if (!whole || name in parameters) throw new Error(`malformed challenge: ${header}`)
    parameters[name] = value.replace(/\\(.)/g, '$1')
    rest = rest.slice(whole.length)
    if (rest === '' && whole.endsWith(', ')) throw new Error(`malformed challenge: ${header}`)
  }
  return parameters
}
