import { describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { logIn, TERMINAL } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'

describe('authcli login', () => {
  const doubles = useDoubles()
  const names = () => doubles.authService.tokenRequests.map((request) => request.get('device_name'))
  const takeNames = () => {
    doubles.authService.lies = { metadata: { device_name_parameter_supported: true } }
  }

  it('says what this computer is called, to an AuthService that takes that', async () => {
    takeNames()
    await logIn(doubles.home, doubles.api.resource)
    expect(names()).toEqual(['ada’s laptop'])
  })

  it('says it for a login on another device, too', async () => {
    takeNames()
    const args = ['login', '--api', doubles.api.resource, '--device']
    expect(await runAuthcli(doubles.home, args, { terminal: TERMINAL })).toMatchObject({ exitCode: 0 })
    expect(names()).toEqual(['ada’s laptop'])
  })

  it.each([
    [['--device-name', 'the old one'], {}, 'the old one'],
    [[], { AUTHCLI_DEVICE_NAME: 'at work' }, 'at work'],
    [['--device-name', 'the old one'], { AUTHCLI_DEVICE_NAME: 'at work' }, 'the old one'],
    [['--no-device-name'], { AUTHCLI_DEVICE_NAME: 'at work' }, null],
    [['--device-name', ''], {}, null],
  ])('with %j and %j says %j', async (args, env, name) => {
    takeNames()
    await logIn(doubles.home, doubles.api.resource, args, { env })
    expect(names()).toEqual([name])
  })

  it.each([undefined, false, 'true', 1, null])(
    'tells no other AuthService what the computer is called: %j',
    async (said) => {
      doubles.authService.lies = { metadata: { device_name_parameter_supported: said } }
      await logIn(doubles.home, doubles.api.resource, ['--device-name', 'ada'])
      expect(doubles.authService.tokenRequests[0]?.has('device_name')).toBe(false)
    },
  )
})
