import { describe, expect, it } from 'vitest'
import { directoriesFor } from '../../../../src/cli/directories.js'

const homeDirectory = '/homes/demo'

describe('directoriesFor', () => {
  it.each([
    ['Linux', 'linux', {}, '/homes/demo/.config/authcli', '/homes/demo/.local/state/authcli'],
    ['XDG', 'linux', { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, '/c/authcli', '/s/authcli'],
    [
      'a relative XDG variable, which does not count',
      'linux',
      { XDG_CONFIG_HOME: 'c', XDG_STATE_HOME: '' },
      '/homes/demo/.config/authcli',
      '/homes/demo/.local/state/authcli',
    ],
    [
      'macOS',
      'darwin',
      { XDG_CONFIG_HOME: '/c' },
      '/homes/demo/Library/Application Support/authcli',
      '/homes/demo/Library/Application Support/authcli',
    ],
    ['Windows', 'win32', { APPDATA: '/r', LOCALAPPDATA: '/l' }, '/r/authcli', '/l/authcli'],
  ] as const)('knows the places of %s', (_what, platform, env, configuration, state) => {
    expect(directoriesFor({ platform, env, homeDirectory })).toEqual({ configuration, state })
  })
  it.each(['', 'home', '.'])(
    'keeps nothing below a home of %j: that would be wherever somebody is',
    (homeDirectory) => {
      const nowhere = expect.objectContaining({ code: 'USAGE' })
      expect(() => directoriesFor({ platform: 'linux', env: {}, homeDirectory })).toThrow(nowhere)
      expect(() => directoriesFor({ platform: 'darwin', env: {}, homeDirectory })).toThrow(nowhere)
      const env = { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }
      expect(directoriesFor({ platform: 'linux', env, homeDirectory })).toMatchObject({ state: '/s/authcli' })
    },
  )
})
