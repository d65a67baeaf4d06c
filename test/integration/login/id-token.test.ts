import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accountFromClaims } from '../../../src/login/account.js'
import {
  type AuthServiceDouble,
  type Lies,
  startAuthServiceDouble,
} from '../../support/cli/auth-service-double.js'
import { CLIENT_ID, failsWith, tryLogin } from '../../support/cli/try-login.js'

let double: AuthServiceDouble

beforeAll(async () => {
  double = await startAuthServiceDouble()
})
afterAll(() => double.stop())
beforeEach(() => double.forget())

const HOUR = 3600
const seconds = () => Math.floor(Date.now() / 1000)

describe('the ID token', () => {
  const FORGERIES: [string, Lies, RegExp][] = [
    ['a signature by a key that is not published', { foreignKey: true }, /signature/],
    ['a changed payload', { idToken: withChangedPayload }, /signature/],
    ['a signature cut off', { idToken: (token) => token.replace(/[^.]+$/, '') }, /./],
    ['no signature and the algorithm none', { idToken: withoutSignature }, /alg/],
    ['no signature, where the metadata allows none', noneAllowed(), /alg/],
    ['a MAC, where the metadata allows HS256', macAllowed(), /alg/],
    ['an unknown key id', { idTokenHeader: { kid: 'key-2' } }, /no applicable keys/],
    ['an extension that must be understood', { idTokenHeader: { crit: ['b64'], b64: true } }, /./],
    ['the wrong issuer', { idTokenClaims: { iss: 'http://evil.example' } }, /iss/],
    ['no issuer', { idTokenClaims: { iss: undefined } }, /iss/],
    ['another client as audience', { idTokenClaims: { aud: 'other' } }, /aud/],
    ['no audience', { idTokenClaims: { aud: undefined } }, /aud/],
    ['a second audience', { idTokenClaims: { aud: [CLIENT_ID, 'other'] } }, /aud/],
    ['another authorized party', { idTokenClaims: { aud: [CLIENT_ID, 'x'], azp: 'x' } }, /azp/],
    ['another nonce', { idTokenClaims: { nonce: 'other' } }, /nonce/],
    ['no nonce', { idTokenClaims: { nonce: undefined } }, /nonce/],
    ['an end in the past', { idTokenClaims: { exp: seconds() - HOUR } }, /exp/],
    ['no end', { idTokenClaims: { exp: undefined } }, /exp/],
    ['an end that is no number', { idTokenClaims: { exp: '9999999999' } }, /exp/],
    ['no time of issue', { idTokenClaims: { iat: undefined } }, /iat/],
    ['a time of issue that is no number', { idTokenClaims: { iat: 'now' } }, /iat/],
    ['a beginning in the future', { idTokenClaims: { nbf: seconds() + HOUR } }, /nbf/],
    ['no subject', { idTokenClaims: { sub: undefined } }, /sub/],
    ['a subject that is a number', { idTokenClaims: { sub: 7 } }, /sub/],
    ['an empty subject', { idTokenClaims: { sub: '' } }, /subject/],
    ['something that is no token', { idToken: () => 'a.b' }, /JWT/],
    ['nothing', { tokenResponse: { id_token: undefined } }, /id_token/],
  ]

  it.each(FORGERIES)('is refused with %s (85, 86)', async (_what, lies, message) => {
    double.lies = lies
    let isKept = false
    const { outcome, page } = await tryLogin(double, {
      keep: async (tokens) => {
        accountFromClaims(tokens.idTokenClaims)
        isKept = true
      },
    })
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', message))
    expect(page).toContain('The login failed')
    expect(isKept).toBe(false)
  })
})

function withChangedPayload(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'somebody-else' }
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
}

function noneAllowed(): Lies {
  return { metadata: { id_token_signing_alg_values_supported: ['none'] }, idToken: withoutSignature }
}

function macAllowed(): Lies {
  return {
    metadata: { id_token_signing_alg_values_supported: ['HS256'] },
    idToken(token) {
      const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'key-1' })).toString('base64url')
      const signed = `${header}.${token.split('.')[1]}`
      return `${signed}.${createHmac('sha256', CLIENT_ID).update(signed).digest('base64url')}`
    },
  }
}

function withoutSignature(token: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
  return [header, token.split('.')[1], ''].join('.')
}
