import {
  claimDeviceAuthorization,
  type DeviceAuthorization,
  type DeviceDecision,
  decideDeviceAuthorization,
  findDeviceAuthorization,
} from '../../../server/auth-service/store/device-authorizations.js'
import { hashUserCode } from '../../../server/auth-service/tokens/device-codes.js'
import type { Answer, TestAuthService } from './test-auth-service.js'
import { TEST_RESOURCE, type TestContext } from './test-context.js'

type Service = Pick<TestAuthService, 'post' | 'context' | 'account'>

/** What a device is answered, as on the wire. */
export interface DeviceStart {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  expires_in: number
  interval: number
}

/** What a device login asks for, as `authcli` does. */
export const DEVICE_REQUEST = {
  client_id: 'authcli',
  scope: 'openid profile items:read',
  resource: TEST_RESOURCE,
}

/** Starts a device login. @throws when it is refused. */
export async function startDevice(
  { post }: Pick<Service, 'post'>,
  form: Record<string, string> = {},
): Promise<DeviceStart> {
  const { status, text, body } = await post('/device_authorization', { ...DEVICE_REQUEST, ...form })
  if (status !== 200) throw new Error(text)
  return body as unknown as DeviceStart
}

/** The token request of a device. */
export function pollRequest(deviceCode: string, clientId = 'authcli'): Record<string, string> {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: clientId,
    device_code: deviceCode,
  }
}

/** Asks for the tokens once. */
export function poll(
  { post }: Pick<Service, 'post'>,
  { device_code }: Pick<DeviceStart, 'device_code'>,
): Promise<Answer> {
  return post('/token', pollRequest(device_code))
}

/** What is stored about a device login. */
export async function rowOf(context: TestContext, userCode: string): Promise<DeviceAuthorization> {
  const row = await findDeviceAuthorization(
    context.store.read,
    hashUserCode(context.settings.secret, userCode),
  )
  if (row === undefined) throw new Error('there is no such device login')
  return row
}

/** Decides about a device login, without pages. */
export async function decide(
  { context, account }: Pick<Service, 'context' | 'account'>,
  { user_code }: Pick<DeviceStart, 'user_code'>,
  decision: DeviceDecision['decision'] = 'approved',
): Promise<void> {
  const { device_code_hash } = await rowOf(context, user_code)
  const now = context.now()
  await context.store.write(async (transaction) => {
    await claimDeviceAuthorization(transaction, device_code_hash, 'a browser')
    await decideDeviceAuthorization(transaction, device_code_hash, {
      browser: 'a browser',
      accountId: account.id,
      authTime: now,
      decision,
      now,
    })
  })
}
