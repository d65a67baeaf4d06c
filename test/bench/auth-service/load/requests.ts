import { createHash } from 'node:crypto'

/** What the generator asks every server for, in the same words. */
export const CLIENT_ID = 'authcli'
export const REDIRECT_URI = 'http://127.0.0.1:49152/callback'
export const RESOURCE = 'https://items.example'
const CODE_VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CODE_CHALLENGE = createHash('sha256').update(CODE_VERIFIER).digest('base64url')

/** The credentials of the resource, and of the client that acts for itself. */
export const SECRET = Buffer.alloc(32, 7).toString('base64url')
export const RESOURCE_CLIENT_ID = 'backend-api'
export const SERVICE_ID = 'nightly'

/** One account for each connection that logs in: each is throttled by itself. */
export const ACCOUNTS = 16
export const PASSWORD = 'correct horse battery staple'

export function username(index: number): string {
  return `person-${index % ACCOUNTS}`
}

/** A whole GET. */
export function get(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers}\r\n`
}

/** A whole POST of a form. */
export function post(path: string, form: Record<string, string>, headers = ''): string {
  const body = new URLSearchParams(form).toString()
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`
}

/** The header by which a client proves who it is. */
export function basic(clientId: string): string {
  return `authorization: Basic ${Buffer.from(`${clientId}:${SECRET}`).toString('base64')}\r\n`
}

/** The token request that redeems a code. */
export function codeRequest(path: string, code: string): string {
  return post(path, {
    grant_type: 'authorization_code',
    client_id: CLIENT_ID,
    code,
    code_verifier: CODE_VERIFIER,
    redirect_uri: REDIRECT_URI,
  })
}

/** The token request that uses a refresh token. */
export function refreshRequest(path: string, refreshToken: string): string {
  return post(path, { grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: refreshToken })
}
