import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { requireCodeChallenge } from '../../../../../server/auth-service/checks/code-challenge.js'
import { readParameters } from '../../../../../server/auth-service/checks/request-parameters.js'
import type { Client } from '../../../../../server/auth-service/store/clients.js'
import { nativeClient } from '../../../../support/auth-service/client-rows.js'
import { TEST_CODE_CHALLENGE } from '../../../../support/auth-service/codes.js'

const confidential = nativeClient({ kind: 'web', secretHash: 'a hash' })
const certified = nativeClient({ kind: 'web', secretHash: 'a hash', requirePkce: false })

describe('a code challenge', () => {
  it('is kept as it came', () => {
    expect(check({ code_challenge: TEST_CODE_CHALLENGE, code_challenge_method: 'S256' })).toBe(
      TEST_CODE_CHALLENGE,
    )
  })

  it('of every SHA-256 hash is taken', () => {
    for (let each = 0; each < 500; each++) {
      const challenge = createHash('sha256').update(String(each)).digest('base64url')
      expect(check({ code_challenge: challenge, code_challenge_method: 'S256' })).toBe(challenge)
    }
  })

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['42 characters long', TEST_CODE_CHALLENGE.slice(1)],
    ['44 characters long', `${TEST_CODE_CHALLENGE}A`],
    ['128 characters long', 'A'.repeat(128)],
    ['padded', `${TEST_CODE_CHALLENGE}=`],
    ['in base64', TEST_CODE_CHALLENGE.replace(/[-_]/, '+')],
    ['followed by a line break', `${TEST_CODE_CHALLENGE.slice(1)}\n`],
    ['no hash: its last character has bits to spare', `${TEST_CODE_CHALLENGE.slice(0, -1)}N`],
  ])('is refused when it is %s (21, V5)', (_case, challenge) => {
    for (const client of [nativeClient(), confidential]) {
      expect(() => check({ code_challenge: challenge, code_challenge_method: 'S256' }, client)).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      )
    }
  })

  it.each([undefined, '', 'plain', 's256', 'S512', 'S256 '])(
    'is refused with the method %s (22)',
    (method) => {
      for (const client of [nativeClient(), confidential, certified]) {
        expect(() =>
          check({ code_challenge: TEST_CODE_CHALLENGE, code_challenge_method: method }, client),
        ).toThrow(expect.objectContaining({ code: 'invalid_request' }))
      }
    },
  )

  it('may be left out by a confidential client that was registered so (21)', () => {
    expect(check({}, certified)).toBeNull()
  })

  it('is never left out by a public client, whatever its registration says (21)', () => {
    expect(() => check({}, nativeClient({ requirePkce: false }))).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })

  it('is missing where only its method came (21)', () => {
    expect(() => check({ code_challenge_method: 'S256' }, certified)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })
})

function check(parameters: Record<string, string | undefined>, client: Client = nativeClient()) {
  const sent = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return requireCodeChallenge(readParameters(new URLSearchParams(sent)), client)
}
