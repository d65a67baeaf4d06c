import { expect } from 'vitest'
import { HOSTILE, ITEMS, NAME, type PurityCase } from './cases.js'

const holdsName = (text: string) => expect(text).toContain(NAME)

/** Every command, by the words after `authcli`. */
export const COMMANDS: Readonly<Record<string, PurityCase>> = {
  login: {
    // Nobody opens the page that it prints, or enters the code.
    args: ({ api }) => ['login', '--api', api.resource, '--no-browser', '--timeout', '1'],
    exitCode: 1,
    data: 'nothing',
  },
  'get-items': {
    args: () => ['get-items'],
    data: (text) => expect(JSON.parse(text)).toEqual(ITEMS),
    fitsTerminal: true,
  },
  api: {
    args: () => ['api', 'GET', '/items?cursor=9', '--include'],
    data: (text) => expect(text).toMatch(/^HTTP\/1\.1 200 OK\n(.+\n)+\n\{"items":/),
  },
  exec: {
    args: () => ['exec', '--', 'printenv', 'AUTHCLI_ACCESS_TOKEN'],
    data: (text) => expect(text).toBe('access-token-0\n'),
    isPassedOn: true,
  },
  token: { args: () => ['token'], data: (text) => expect(text).toBe('access-token-0\n') },
  status: { args: () => ['status'], data: holdsName },
  logout: { args: () => ['logout'], data: 'nothing' },
  'profile list': {
    args: () => ['profile', 'list'],
    data(text) {
      holdsName(text)
      expect(text).not.toContain(HOSTILE)
    },
    fitsTerminal: true,
  },
  'profile use': { args: () => ['profile', 'use', 'other'], data: 'nothing' },
  'profile remove': { args: () => ['profile', 'remove', 'work'], data: 'nothing' },
  'session move': { args: () => ['session', 'move', '--to', 'keychain'], data: 'nothing' },
  doctor: { args: () => ['doctor'], data: (text) => expect(text).toMatch(/^(([✓–] |\s+→ ).*\n)+$/) },
  completion: { args: () => ['completion', 'bash'], data: (text) => expect(text).toContain('_authcli()') },
}
