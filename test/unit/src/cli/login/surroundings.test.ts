import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { detectSurroundings, type Surroundings } from '../../../../../src/cli/login/surroundings.js'

type Env = Record<string, string>

/** What is found out with this environment, on a terminal, where no file exists. */
function detect(env: Env, options: { platform?: NodeJS.Platform; files?: string[]; isTTY?: boolean } = {}) {
  const { platform = 'linux', files = [], isTTY = true } = options
  const stdin = { isTTY, open: () => new PassThrough(), openKeyboard: () => ({ onText() {}, close() {} }) }
  const stderr = Object.assign(new PassThrough(), { isTTY })
  return detectSurroundings({ env, platform, stdin, stderr }, (path) => files.includes(path))
}

describe('detectSurroundings', () => {
  it.each<[Env, Partial<Surroundings>]>([
    [
      {},
      {
        hasDisplay: false,
        hasNamedBrowser: false,
        ssh: undefined,
        isWsl: false,
        isContainer: false,
        isCi: false,
      },
    ],
    [{ DISPLAY: ':0' }, { hasDisplay: true }],
    [{ DISPLAY: '' }, { hasDisplay: false }],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, { hasDisplay: true }],
    [{ BROWSER: 'firefox' }, { hasNamedBrowser: true }],
    [{ BROWSER: '' }, { hasNamedBrowser: false }],
    [{ WSL_DISTRO_NAME: 'Debian' }, { isWsl: true }],
    [{ WSL_INTEROP: '/run/WSL/8_interop' }, { isWsl: true }],
    [{ container: 'podman' }, { isContainer: true }],
    [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, { isContainer: true }],
    [{ CI: 'true' }, { isCi: true }],
    [{ CI: '1' }, { isCi: true }],
    [{ CI: 'woodpecker' }, { isCi: true }],
    [{ CI: 'false' }, { isCi: false }],
    [{ CI: '0' }, { isCi: false }],
    [{ CI: '' }, { isCi: false }],
    [{ GITHUB_ACTIONS: 'true' }, { isCi: true }],
    [{ LANG: 'de_DE.UTF-8' }, { showsBlocks: true }],
    [{ LANG: 'C.utf8' }, { showsBlocks: true }],
    [{ LANG: 'C' }, { showsBlocks: false }],
    [{ LANG: 'de_DE.UTF-8', LC_ALL: 'POSIX' }, { showsBlocks: false }],
    [{ LANG: 'C', LC_CTYPE: 'en_US.UTF-8' }, { showsBlocks: true }],
    [{ TERM: 'dumb' }, { showsBlocks: false }],
    [{ SSH_TTY: '/dev/pts/1' }, { ssh: {} }],
    [{ SSH_CONNECTION: '198.51.100.7 51234 203.0.113.5 22' }, { ssh: { host: '203.0.113.5', port: 22 } }],
    [
      { SSH_CONNECTION: 'fe80::2%eth0 51234 fe80::1%eth0 2222', USER: 'ada' },
      { ssh: { host: 'fe80::1%eth0', port: 2222, user: 'ada' } },
    ],
    [{ SSH_CONNECTION: '$(reboot) 1 ;reboot; 22', USER: '-oProxyCommand=x' }, { ssh: { port: 22 } }],
    [
      { SSH_CONNECTION: 'UNKNOWN 65535 UNKNOWN 65535', LOGNAME: 'bob' },
      { ssh: { port: 65535, user: 'bob' } },
    ],
  ])('finds in %j: %j (79)', (env, expected) => {
    const found = detect(env)
    expect(found).toMatchObject(expected)
    // To the last part: what is not in it is not known.
    if ('ssh' in expected) expect(found.ssh).toEqual(expected.ssh)
  })

  it.each(['/.dockerenv', '/run/.containerenv'])('takes %s for the mark of a container', (file) => {
    expect(detect({}, { files: [file] }).isContainer).toBe(true)
    expect(detect({}, { files: [file], platform: 'darwin' }).isContainer).toBe(false)
  })

  it.each<[NodeJS.Platform, boolean]>([
    ['darwin', true],
    ['win32', true],
    ['linux', false],
    ['freebsd', false],
  ])('takes for granted that %s has a display: %s', (platform, expected) => {
    expect(detect({}, { platform }).hasDisplay).toBe(expected)
  })

  it('finds neither terminal nor keyboard nor blocks on a pipe', () => {
    const nothing = { hasTerminal: false, hasKeyboard: false, showsBlocks: false }
    expect(detect({}, { isTTY: false })).toMatchObject(nothing)
  })

  it('finds no keyboard where stdin has none to give', () => {
    const stdin = { isTTY: true, open: () => new PassThrough(), openKeyboard: undefined }
    const stderr = Object.assign(new PassThrough(), { isTTY: true })
    const found = detectSurroundings({ env: {}, platform: 'linux', stdin, stderr }, () => false)
    expect(found).toMatchObject({ hasTerminal: true, hasKeyboard: false })
  })
})
