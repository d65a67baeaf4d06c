import type { Answer, Connection } from './connection.js'
import type { LoginPages } from './plan.js'
import {
  CLIENT_ID,
  CODE_CHALLENGE,
  codeRequest,
  get,
  PASSWORD,
  post,
  REDIRECT_URI,
  RESOURCE,
} from './requests.js'

const MAX_STEPS = 20
/** How much of an unexpected page an error quotes. */
const MAX_QUOTE = 2_000

const AUTHORIZATION_REQUEST = new URLSearchParams({
  response_type: 'code',
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  scope: 'openid items:read',
  resource: RESOURCE,
  code_challenge: CODE_CHALLENGE,
  code_challenge_method: 'S256',
  state: 'the state',
  nonce: 'the nonce',
})

/**
 * Logs a person in as a browser without anything stored would, over one connection: follows redirects, keeps cookies,
 * fills in whatever form it comes to, and redeems the code.
 *
 * @throws when a server does anything else.
 */
export async function logIn(connection: Connection, name: string, pages: LoginPages): Promise<void> {
  const cookies = new Map<string, string>()
  let request = get(`${pages.authorizationPath}?${AUTHORIZATION_REQUEST}`)
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const answer = await connection.exchange(request)
    keepCookies(cookies, answer)
    const cookie = cookieHeader(cookies)
    if (answer.status === 200) {
      const { action, form } = fillIn(answer.body, name)
      request = post(action, form, cookie)
      continue
    }
    const location = /\r\nlocation: (\S+)/i.exec(answer.head)?.[1]
    if (location === undefined)
      throw new Error(`a login ended with ${answer.status}: ${answer.body.slice(0, MAX_QUOTE)}`)
    if (location.startsWith(REDIRECT_URI)) return redeem(connection, location, pages)
    request = get(pathOf(location), cookie)
  }
  throw new Error('a login goes round in circles')
}

async function redeem(connection: Connection, location: string, { tokenPath }: LoginPages): Promise<void> {
  const code = new URL(location).searchParams.get('code')
  if (code === null) throw new Error(`a login ended with ${location}`)
  const { status, body } = await connection.exchange(codeRequest(tokenPath, code))
  if (status !== 200) throw new Error(`a code was answered with ${status}: ${body}`)
}

/** By name alone: a cookie of a page that is done with harms nobody. */
function keepCookies(cookies: Map<string, string>, { head }: Answer): void {
  for (const [, name = '', value = ''] of head.matchAll(/\r\nset-cookie: ([^=]+)=([^;\r]*)/gi)) {
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
}

function cookieHeader(cookies: Map<string, string>): string {
  const pairs = [...cookies].map(([name, value]) => `${name}=${value}`)
  return pairs.length === 0 ? '' : `cookie: ${pairs.join('; ')}\r\n`
}

/** The first form of a page, its hidden fields as they are, and the button pressed that says yes. */
function fillIn(page: string, name: string): { action: string; form: Record<string, string> } {
  const [, attributes = '', content = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(page) ?? []
  const form: Record<string, string> = {}
  for (const [, tag, text = ''] of content.matchAll(/<(input|button)\b([^>]*)>/g)) {
    const field = attribute(text, 'name')
    const value = attribute(text, 'value') ?? ''
    const type = attribute(text, 'type')
    if (field === undefined) continue
    if (tag === 'button') {
      if (value === 'allow') form[field] = value
    } else if (type === 'hidden') form[field] = value
    else form[field] = type === 'password' ? PASSWORD : name
  }
  const action = attribute(attributes, 'action')
  if (action === undefined) throw new Error(`a page without a form: ${page.slice(0, MAX_QUOTE)}`)
  return { action: pathOf(action), form }
}

function attribute(text: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1]
  return value?.replaceAll('&amp;', '&')
}

function pathOf(address: string): string {
  return address.replace(/^https?:\/\/[^/]*/, '')
}
