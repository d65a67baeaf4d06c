import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AuthcliError } from '../../../src/errors.js'
import { HttpError } from '../../../src/http.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { configurationOf } from '../../support/cli/home-files.js'
import { logIn } from '../../support/cli/logged-in.js'
import { type RunOptions, runAuthcli } from '../../support/cli/run-authcli.js'
import { createMemoryStore } from '../../support/session/memory-store.js'

const doubles = useDoubles()

const authcli = (args: string[], options?: RunOptions) => runAuthcli(doubles.home, args, options)
const logInTo = (profile: string) => logIn(doubles.home, doubles.api.resource, ['--profile', profile])
const configurationPath = () => join(doubles.home.path, '.config/authcli/config.json')
const currentProfile = () => JSON.parse(readFileSync(configurationPath(), 'utf8')).current
const sessionFile = (profile: string) =>
  join(doubles.home.path, `.local/state/authcli/sessions/${profile}.json`)

describe('the current profile', () => {
  it('is that of the very first login, whatever its name', async () => {
    await logInTo('work')
    expect(currentProfile()).toBe('work')
    expect(await authcli(['get-items'])).toMatchObject({ exitCode: 0 })
  })

  it('is not changed by a second login', async () => {
    await logInTo('work')
    await logInTo('home')
    expect(currentProfile()).toBe('work')
  })

  it('is left for one command by AUTHCLI_PROFILE, and that by --profile', async () => {
    for (const name of ['one', 'two', 'three']) await logInTo(name)
    const profileOf = async (args: string[], env = {}) =>
      JSON.parse((await authcli(['status', '--json', ...args], { env })).stdout).profile
    expect(await profileOf([])).toBe('one')
    expect(await profileOf([], { AUTHCLI_PROFILE: 'two' })).toBe('two')
    expect(await profileOf(['--profile', 'three'], { AUTHCLI_PROFILE: 'two' })).toBe('three')
  })
})

describe('authcli profile list', () => {
  it('shows account, API and store of each profile, and marks the current one', async () => {
    await logInTo('work')
    await logInTo('home')
    await authcli(['logout', '--profile', 'home'])
    const { exitCode, stdout, stderr } = await authcli(['profile', 'list'])
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['', 'PROFILE', 'ACCOUNT', 'API', 'STORE'],
      ['*', 'work', 'demo', doubles.api.resource, 'file'],
      ['', 'home', '–', doubles.api.resource, 'file'],
      [''],
    ])
  })

  it('says the same as JSON, one profile a line', async () => {
    await logInTo('work')
    await logInTo('home')
    await authcli(['logout', '--profile', 'home'])
    const { stdout } = await authcli(['profile', 'list', '--json'])
    const { issuer } = doubles.authService
    const rest = { api: doubles.api.resource, issuer, store: 'file' }
    expect(JSON.parse(stdout)).toEqual([
      { name: 'work', current: true, account: 'demo', ...rest },
      { name: 'home', current: false, account: null, ...rest },
    ])
    expect(stdout.split('\n')).toHaveLength(5)
  })

  it('marks the profile that AUTHCLI_PROFILE names', async () => {
    await logInTo('work')
    await logInTo('home')
    const { stdout } = await authcli(['profile', 'list'], { env: { AUTHCLI_PROFILE: 'home' } })
    expect(stdout).toMatch(/^\* {2}home/m)
    expect(stdout).not.toMatch(/^\* {2}work/m)
  })

  it('fits into a narrow terminal', async () => {
    await logInTo('a-profile-with-a-rather-long-name-that-fits-nowhere')
    const { stdout } = await authcli(['profile', 'list'], {
      terminal: { columns: 30 },
      env: { NO_COLOR: '1' },
    })
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(30)
  })

  it('is empty, and no failure, before the first login', async () => {
    const table = await authcli(['profile', 'list'])
    expect(table).toMatchObject({ exitCode: 0, stdout: '' })
    expect(table.stderr).toContain('authcli login --api URL')
    expect((await authcli(['profile', 'list', '--json'])).stdout).toBe('[]\n')
    expect(await authcli(['profile', 'list', '--names'])).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  })

  it('gives bare names to the completion of a shell', async () => {
    await logInTo('work')
    await logInTo('home')
    expect((await authcli(['profile', 'list', '--names'])).stdout).toBe('work\nhome\n')
  })
})

describe('authcli profile use', () => {
  it('makes another profile the current one', async () => {
    await logInTo('work')
    await logInTo('home')
    const { exitCode, stdout, stderr } = await authcli(['profile', 'use', 'home'])
    expect([exitCode, stdout]).toEqual([0, ''])
    expect(stderr).toBe(`✓ the current profile is home\n  demo, at ${doubles.api.resource}\n`)
    expect(currentProfile()).toBe('home')
  })

  it('says that AUTHCLI_PROFILE counts more', async () => {
    await logInTo('work')
    await logInTo('home')
    const { stderr } = await authcli(['profile', 'use', 'home'], { env: { AUTHCLI_PROFILE: 'work' } })
    expect(stderr).toContain('warning: AUTHCLI_PROFILE is set')
  })

  it.each(['nobody', '../etc', '\u001b[2J', '__proto__'])(
    'of a profile that is not there (%j) changes nothing',
    async (name) => {
      await logInTo('work')
      const { exitCode, stderr } = await authcli(['profile', 'use', name])
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/^authcli: there is no profile .*\nauthcli: hint: .*profile list/)
      expect(stderr).not.toContain('\u001b')
      expect(currentProfile()).toBe('work')
    },
  )
})

describe('authcli profile remove', () => {
  it('ends the login here and at the AuthService, and forgets the profile', async () => {
    await logInTo('work')
    await logInTo('home')
    const { exitCode, stdout, stderr } = await authcli(['profile', 'remove', 'home'])
    expect([exitCode, stdout]).toEqual([0, ''])
    expect(stderr).toContain(`and ended at ${doubles.authService.issuer}`)
    expect(stderr).toContain('✓ removed the profile home')
    expect(doubles.authService.revocationRequests).toHaveLength(1)
    expect(existsSync(sessionFile('home'))).toBe(false)
    expect(Object.keys(configurationOf(doubles.home).profiles)).toEqual(['work'])
    expect(await authcli(['status'])).toMatchObject({ exitCode: 0 })
  })

  it('removes it without the network as well, and says what did not happen', async () => {
    await logInTo('work')
    const http = async () => {
      throw new HttpError('connection refused')
    }
    const { exitCode, stderr } = await authcli(['profile', 'remove', 'work'], { edges: { http } })
    expect(exitCode).toBe(0)
    expect(stderr).toContain('could not be reached to end the session there')
    expect(existsSync(sessionFile('work'))).toBe(false)
    expect(configurationOf(doubles.home).profiles).toEqual({})
  })

  it('forgets a profile to which nobody is logged in, and asks nobody', async () => {
    await logInTo('work')
    await authcli(['logout'])
    const http = () => {
      throw new Error('nobody is to be asked')
    }
    expect(await authcli(['profile', 'remove', 'work'], { edges: { http } })).toMatchObject({ exitCode: 0 })
    expect(configurationOf(doubles.home).profiles).toEqual({})
  })

  it('keeps the profile when its store does not let go of the session', async () => {
    const store = createMemoryStore()
    const edges = { openStore: () => store }
    await logIn(doubles.home, doubles.api.resource, ['--store', 'keychain'], { edges })
    store.failNext.remove = new AuthcliError('KEYCHAIN_LOCKED', 'the keychain is locked')
    const { exitCode, stderr } = await authcli(['profile', 'remove', 'default'], { edges })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('the keychain is locked')
    expect(Object.keys(configurationOf(doubles.home).profiles)).toEqual(['default'])
  })

  it('leaves a login alone that began meanwhile', async () => {
    const store = createMemoryStore()
    const edges = { openStore: () => store }
    await logIn(doubles.home, doubles.api.resource, ['--store', 'keychain'], { edges })
    const { stored } = store
    store.remove = async () => {
      store.stored = stored
    }
    const { exitCode, stderr } = await authcli(['profile', 'remove', 'default'], { edges })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('somebody has logged in to the profile default meanwhile')
    expect(await authcli(['status'], { edges })).toMatchObject({ exitCode: 0 })
  })

  it('of the current one goes back to the default profile, if there is one', async () => {
    await logInTo('default')
    await logInTo('work')
    await authcli(['profile', 'use', 'work'])
    const { stderr } = await authcli(['profile', 'remove', 'work'])
    expect(stderr).toContain('The current profile is default now.')
    expect(currentProfile()).toBe('default')
  })

  it('of the current one never goes over to another account unasked', async () => {
    for (const name of ['work', 'home', 'club']) await logInTo(name)
    const { stderr } = await authcli(['profile', 'remove', 'work', '--quiet'])
    expect(stderr).toBe('choose a current profile with `authcli profile use NAME`\n')
    expect(await authcli(['get-items'])).toMatchObject({ exitCode: 4 })
    expect(await authcli(['profile', 'use', 'club'])).toMatchObject({ exitCode: 0 })
    expect(await authcli(['get-items'])).toMatchObject({ exitCode: 0 })
  })

  it('of a profile that is not there says so', async () => {
    expect(await authcli(['profile', 'remove', 'work'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no profile work'),
    })
  })

  it('also works where the current profile is one that was never made', async () => {
    await logInTo('work')
    const { profiles } = configurationOf(doubles.home)
    writeFileSync(configurationPath(), JSON.stringify({ version: 1, current: 'default', profiles }))
    expect(await authcli(['profile', 'remove', 'work'])).toMatchObject({ exitCode: 0 })
    expect(configurationOf(doubles.home).profiles).toEqual({})
  })
})
