import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findGrant } from '../../../server/auth-service/store/grants.js'
import { issueCode } from '../../support/auth-service/codes.js'
import { decide, pollRequest, startDevice } from '../../support/auth-service/device-logins.js'
import {
  codeRequest,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'

describe('the AuthService', () => {
  let service: TestAuthService
  beforeEach(async () => {
    service = await testAuthService()
  })
  afterEach(() => service.close())

  const nameOf = async (grantId: string) => (await findGrant(service.context.store.read, grantId))?.deviceName

  it('says that it takes a name, and keeps that of a code with its grant', async () => {
    const { body } = await service.get('/.well-known/oauth-authorization-server')
    expect(body).toMatchObject({ device_name_parameter_supported: true })
    const { code, grantId } = await issueCode(service.context, { account_id: service.account.id })
    await service.post('/token', { ...codeRequest(code), device_name: ' Ada’s\nlaptop ' })
    expect(await nameOf(grantId)).toBe('Ada’s laptop')
  })

  it('keeps that of a device code, and none where there is none', async () => {
    const device = await startDevice(service)
    await decide(service, device)
    await service.post('/token', { ...pollRequest(device.device_code), device_name: 'a server' })
    const [row] = await service.context.store.read.selectFrom('grants').selectAll().execute()
    expect(row?.device_name).toBe('a server')
    const { grantId } = await service.logIn()
    expect(await nameOf(grantId)).toBeNull()
  })

  it('refuses a name that comes twice (12)', async () => {
    const { code } = await issueCode(service.context, { account_id: service.account.id })
    const form: [string, string][] = [
      ...Object.entries(codeRequest(code)),
      ['device_name', 'a'],
      ['device_name', 'b'],
    ]
    expect((await service.post('/token', form)).body).toMatchObject({ error: 'invalid_request' })
  })
})
