import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../../../src/cli/secret-variables.js'

describe('withoutSecrets', () => {
  it.each(['AUTHCLI_TOKEN', 'AUTHCLI_CLIENT_SECRET', 'AUTHCLI_STORE_KEY'])(
    'takes %s away from other programs, and nothing else (100)',
    (name) => {
      const env = { PATH: '/bin', AUTHCLI_API: 'https://api.example.com' }
      expect(withoutSecrets({ ...env, [name]: 'secret' })).toEqual(env)
    },
  )
})
