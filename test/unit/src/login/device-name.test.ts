import { expect, test } from 'vitest'
import type { AuthorizationServer } from '../../../../src/discovery/discover.js'
import { deviceNameParameter, readDeviceName } from '../../../../src/login/device-name.js'

test.each([
  ['ada-laptop', 'ada-laptop'],
  ['  Ada’s\u00a0 laptop\n', 'Ada’s laptop'],
  ['a\u001b[31mb\u202ec', 'a [31mb c'],
  ['e\u0301', 'é'],
  ['x'.repeat(65), 'x'.repeat(64)],
  ['💻'.repeat(65), '💻'.repeat(64)],
  ['', undefined],
  [' \t\u200b', undefined],
])('reads %j as %j', (text, name) => {
  expect(readDeviceName(text)).toBe(name)
})

test('tells a name only to an AuthService that says that it takes one', () => {
  const server = (metadata: object) => ({ metadata }) as AuthorizationServer
  const deviceName = 'ada-laptop'
  expect(deviceNameParameter({ server: server({}), deviceName })).toEqual({})
  const taking = server({ device_name_parameter_supported: true })
  expect(deviceNameParameter({ server: taking, deviceName })).toEqual({ device_name: deviceName })
  expect(deviceNameParameter({ server: taking })).toEqual({})
})
