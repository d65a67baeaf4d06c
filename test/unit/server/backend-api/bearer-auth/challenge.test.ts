import { describe, expect, it } from 'vitest'
import {
  type ChallengeContext,
  describeRefusal,
} from '../../../../../server/backend-api/bearer-auth/challenge.js'
import { BearerError, type BearerErrorCode } from '../../../../../server/backend-api/bearer-auth/errors.js'
import { parseStrictChallenge } from '../../../../support/backend-api/strict-challenge.js'

const CONTEXT: ChallengeContext = {
  resource: 'https://api.example',
  issuer: 'https://as.example',
  resourceMetadataUrl: 'https://api.example/.well-known/oauth-protected-resource',
}
const METADATA = { resource_metadata: CONTEXT.resourceMetadataUrl }

function refuse(code: BearerErrorCode, details: ConstructorParameters<typeof BearerError>[2] = {}) {
  return describeRefusal(new BearerError(code, 'the exact reason', details), CONTEXT)
}

it('without credentials, the challenge is bare: no error, only where to read on (94)', () => {
  const { challenge, problem } = refuse('no_credentials')
  expect(problem).toMatchObject({ status: 401, ...METADATA, authorization_servers: ['https://as.example'] })
  expect(problem).not.toHaveProperty('error')
  expect(parseStrictChallenge(challenge)).toEqual(METADATA)
})

it.each([
  ['invalid_token', 401],
  ['invalid_request', 400],
] as const)('%s is named in the challenge and in the body, with %i (94)', (code, status) => {
  const { challenge, problem } = refuse(code)
  expect(problem).toMatchObject({ status, error: code })
  expect(parseStrictChallenge(challenge)).toEqual({
    ...METADATA,
    error: code,
    error_description: problem.title,
  })
})

it('a missing scope is named (94)', () => {
  const { challenge, problem } = refuse('insufficient_scope', { scope: 'items:write' })
  expect(problem).toMatchObject({ status: 403, error: 'insufficient_scope', scope: 'items:write' })
  expect(problem.detail).toContain('authcli login --api https://api.example --scope items:write')
  expect(parseStrictChallenge(challenge)).toMatchObject({ error: 'insufficient_scope', scope: 'items:write' })
})

it('what cannot be validated now is neither good nor bad: 503, and when to try again (95)', () => {
  const refusal = refuse('temporarily_unavailable', { retryAfterSeconds: 7 })
  expect(refusal).toMatchObject({ problem: { status: 503 }, challenge: undefined, retryAfterSeconds: 7 })
})

it('says in plain words how to log in', () => {
  expect(refuse('no_credentials').problem.detail).toContain('authcli login --api https://api.example')
})

describe.each([
  'no_credentials',
  'invalid_request',
  'invalid_token',
  'insufficient_scope',
  'temporarily_unavailable',
] as const)('%s', (code) => {
  it('keeps the exact reason off the wire', () => {
    expect(JSON.stringify(refuse(code, { scope: 'items:read' }))).not.toContain('the exact reason')
  })

  it('stays inside the characters that RFC 6750 allows (16)', () => {
    const { challenge = '' } = refuse(code, { scope: 'items:read' })
    for (const [, value = ''] of challenge.matchAll(/="([^"]*)"/g)) {
      expect(value).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/)
    }
  })
})
