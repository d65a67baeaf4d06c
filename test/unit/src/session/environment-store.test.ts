import { describe, expect, it } from 'vitest'
import { createEnvironmentTokens } from '../../../../src/session/environment-store.js'

describe('createEnvironmentTokens', () => {
  it('gives the token as it is', async () => {
    expect(await createEnvironmentTokens('abc.def-_~+/==').current()).toBe('abc.def-_~+/==')
  })

  it.each(['', 'Bearer abc', 'abc\n', 'ab\0c', 'ü'])('refuses %j, and does not repeat it', (token) => {
    expect(() => createEnvironmentTokens(token)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'AUTHCLI_TOKEN holds something else than a bearer token',
      }),
    )
  })

  it('has no other token when the API refuses it', async () => {
    await expect(createEnvironmentTokens('abc').replace('abc')).rejects.toMatchObject({
      code: 'SESSION_EXPIRED',
    })
  })
})
