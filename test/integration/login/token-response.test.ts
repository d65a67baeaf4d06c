import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type AuthServiceDouble,
  type Lies,
  sendJson,
  startAuthServiceDouble,
} from '../../support/cli/auth-service-double.js'
import { failsWith, tryLogin } from '../../support/cli/try-login.js'

let double: AuthServiceDouble

beforeAll(async () => {
  double = await startAuthServiceDouble()
})
afterAll(() => double.stop())
beforeEach(() => double.forget())

describe('the token response', () => {
  it.each([
    ['another token type', { token_type: 'DPoP' }, /no bearer token/],
    ['an unknown token type', { token_type: 'mac' }, /token_type/],
    ['no access token', { access_token: undefined }, /access_token/],
    ['an access token with a line break', { access_token: 'a\r\nx: y' }, /no header can carry/],
    ['an access token with a NUL', { access_token: 'a\u0000b' }, /no header can carry/],
    ['a refresh token with a NUL', { refresh_token: 'a\u0000b' }, /characters that none may have/],
    ['a malformed scope', { scope: 'a "b"' }, /malformed scope/],
    ['a lifetime below zero', { expires_in: -1 }, /expires_in/],
  ])('is refused with %s', async (_what, tokenResponse, message) => {
    double.lies = { tokenResponse }
    expect((await tryLogin(double)).outcome).toEqual(failsWith('LOGIN_FAILED', message))
  })

  it.each<[string, NonNullable<Lies['token']>, string, RegExp]>([
    ['503', (response) => response.writeHead(503).end(), 'AUTH_SERVICE_UNREACHABLE', /503/],
    ['429', (response) => sendJson(response, { error: 'x' }, 429), 'AUTH_SERVICE_UNREACHABLE', /429/],
    ['a cut connection', (response) => response.destroy(), 'AUTH_SERVICE_UNREACHABLE', /cut/],
    ['nothing', () => {}, 'AUTH_SERVICE_UNREACHABLE', /no answer within 2 seconds/],
    ['a huge body', (response) => response.end('x'.repeat(9_000_000)), 'AUTH_SERVICE_UNREACHABLE', /larger/],
    ['a web page', (response) => response.end('<html>'), 'LOGIN_FAILED', /content-type/],
    ['half a document', (response) => response.end('{'), 'LOGIN_FAILED', /./],
    ['a redirect', (response) => response.writeHead(302, { location: '/x' }).end(), 'LOGIN_FAILED', /status/],
    [
      'a refusal',
      (response) => sendJson(response, { error: 'invalid_grant', error_description: 'too late' }, 400),
      'LOGIN_FAILED',
      /invalid_grant – too late/,
    ],
    [
      'a refusal of strange types',
      (response) => sendJson(response, { error: 'x'.repeat(9999), error_description: { a: 1 } }, 400),
      'LOGIN_FAILED',
      /^.{1,300}$/,
    ],
    [
      'a challenge',
      (response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
      'LOGIN_FAILED',
      /does not accept this client/,
    ],
  ])('that is %s ends the login with its own code', async (_what, token, code, message) => {
    double.lies = { token }
    const { outcome, page } = await tryLogin(double)
    expect(outcome).toEqual(failsWith(code, message))
    expect(page).toContain('The login failed')
  })
})
