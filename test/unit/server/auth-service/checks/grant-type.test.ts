import { expect, test } from 'vitest'
import { refuseOtherGrantType } from '../../../../../server/auth-service/checks/grant-type.js'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const FOR_PEOPLE = ['authorization_code', 'refresh_token', DEVICE]
const secretHash = 'a hash'

const CLIENTS = {
  'a native client': { kind: 'native', secretHash: null },
  'a native client with a secret': { kind: 'native', secretHash },
  'a web client': { kind: 'web', secretHash },
  'a public web client': { kind: 'web', secretHash: null },
  'a service': { kind: 'service', secretHash },
  'a service without a secret': { kind: 'service', secretHash: null },
} as const

test.each(Object.entries(CLIENTS))('%s asks only as it is registered (39)', (name, client) => {
  const isService = name === 'a service'
  for (const grantType of [...FOR_PEOPLE, 'client_credentials']) {
    const isAllowed = (grantType === 'client_credentials') === isService
    const check = () => refuseOtherGrantType(client, grantType)
    if (isAllowed) expect(check, grantType).not.toThrow()
    else expect(check, grantType).toThrow(expect.objectContaining({ code: 'unauthorized_client' }))
  }
})
