import { expect } from 'vitest'
import { HOSTILE, ITEMS, NAME, type PurityCase } from './cases.js'

const holdsName = (text: string) => expect(text).toContain(NAME)

/** Every command, by the words after `authcli`. */
export const COMMANDS: Readonly<Record<string, PurityCase>> = {
  login: {
    // Nobody opens the page that it prints, or enters the code.
    args: ({ api }) => ['login', '--api', api.resource, '--no-browser', '--timeout', '1'],
    withoutLogin: 1,
    withoutNetwork: 5,
    exitCode: 1,
    data: 'nothing',
  },
  'get-items': {
    args: () => ['get-items'],
    withoutLogin: 4,
    withoutNetwork: 5,
    data: (text) => expect(JSON.parse(text)).toEqual(ITEMS),
    fitsTerminal: true,
  },
  api: {
    args: () => ['api', 'GET', '/items?cursor=9', '--include'],
    withoutLogin: 4,
    withoutNetwork: 5,
    data: (text) => expect(text).toMatch(/^HTTP\/1\.1 200 OK\n(.+\n)+\n\{"items":/),
  },
  exec: {
    args: () => ['exec', '--', 'printenv', 'AUTHCLI_ACCESS_TOKEN'],
    withoutLogin: 4,
    withoutNetwork: 5,
    data: (text) => expect(text).toBe('access-token-0\n'),
    isPassedOn: true,
  },
  token: {
    args: () => ['token'],
    withoutLogin: 4,
    withoutNetwork: 5,
    data: (text) => expect(text).toBe('access-token-0\n'),
  },
  status: { args: () => ['status'], withoutLogin: 4, withoutNetwork: 0, data: holdsName },
  logout: { args: () => ['logout'], withoutLogin: 4, withoutNetwork: 0, data: 'nothing' },
  'profile list': {
    args: () => ['profile', 'list'],
    withoutLogin: 0,
    withoutNetwork: 0,
    data(text) {
      holdsName(text)
      expect(text).not.toContain(HOSTILE)
    },
    fitsTerminal: true,
  },
  'profile use': {
    args: () => ['profile', 'use', 'other'],
    withoutLogin: 2,
    withoutNetwork: 0,
    data: 'nothing',
  },
  'profile remove': {
    args: () => ['profile', 'remove', 'work'],
    withoutLogin: 2,
    withoutNetwork: 0,
    data: 'nothing',
  },
  'session move': {
    args: () => ['session', 'move', '--to', 'keychain'],
    withoutLogin: 4,
    withoutNetwork: 0,
    data: 'nothing',
  },
  doctor: {
    args: () => ['doctor'],
    withoutLogin: 0,
    withoutNetwork: 1,
    data: (text) => expect(text).toMatch(/^(([✓–] |\s+→ ).*\n)+$/),
  },
  completion: {
    args: () => ['completion', 'bash'],
    withoutLogin: 0,
    withoutNetwork: 0,
    data: (text) => expect(text).toContain('_authcli()'),
  },
}
