import { describe, expect, it } from 'vitest'
import { sessionBusSockets } from '../../../../../src/session/secret-service/bus-address.js'

describe('sessionBusSockets', () => {
  it.each([
    ['unix:path=/run/user/1000/bus', ['/run/user/1000/bus']],
    ['unix:path=/run/user/1000/bus,guid=0123456789abcdef', ['/run/user/1000/bus']],
    ['unix:guid=0123456789abcdef,path=/bus', ['/bus']],
    ['unix:abstract=/tmp/dbus-abc,guid=1', ['\0/tmp/dbus-abc']],
    ['unix:path=/a;unix:abstract=b', ['/a', '\0b']],
    ['tcp:host=127.0.0.1,port=1;unix:path=/a', ['/a']],
    ['unix:path=/with%20space%2c%c3%bc', ['/with space,ü']],
    ['autolaunch:', []],
    ['disabled:', []],
    ['unixexec:path=/bin/sh', []],
    ['unix:tmpdir=/tmp', []],
    ['/dev/null', []],
  ])('reads %s', (address, sockets) => {
    expect(sessionBusSockets({ DBUS_SESSION_BUS_ADDRESS: address })).toEqual(sockets)
  })

  it('looks where systemd puts the bus when there is no address', () => {
    expect(sessionBusSockets({ XDG_RUNTIME_DIR: '/run/user/1000' })).toEqual(['/run/user/1000/bus'])
    expect(sessionBusSockets({ XDG_RUNTIME_DIR: '/run/user/1000', DBUS_SESSION_BUS_ADDRESS: '' })).toEqual([
      '/run/user/1000/bus',
    ])
  })

  it('knows of none where the environment says nothing', () => {
    expect(sessionBusSockets({})).toEqual([])
  })
})
