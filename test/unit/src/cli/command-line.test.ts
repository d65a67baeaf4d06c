import { describe, expect, it } from 'vitest'
import { loginCommandLine } from '../../../../src/cli/command-line.js'

describe('loginCommandLine', () => {
  it.each([
    ['default', undefined, 'authcli login'],
    ['work', undefined, 'authcli login --profile work'],
    ['default', 'https://api.example:8443/v1', 'authcli login --api https://api.example:8443/v1'],
    ['work', 'http://[::1]:9001', 'authcli login --profile work --api http://[::1]:9001'],
    ['default', 'https://api.example/$(id)', 'authcli login --api URL'],
    ['default', "https://api.example/';id", 'authcli login --api URL'],
  ])('for %s and %s is %s', (profile, api, commandLine) => {
    expect(loginCommandLine(profile, { api })).toBe(commandLine)
  })
})
