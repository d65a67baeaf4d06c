import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AuthcliError } from '../../../src/errors.js'
import type { SessionStore } from '../../../src/session/session-store.js'
import { startApiDouble } from '../../support/cli/api-double.js'
import { startAuthServiceDouble } from '../../support/cli/auth-service-double.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { configurationOf, filesOf } from '../../support/cli/home-files.js'
import { logIn, obedientBrowser, TERMINAL } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'
import { createMemoryStore } from '../../support/session/memory-store.js'

const doubles = useDoubles()

describe('authcli login, and what it stores', () => {
  it('keeps no secret outside the store, and its files to the user (100)', async () => {
    await logIn(doubles.home, doubles.api.resource)
    expect(filesOf(doubles.home)).toEqual([
      '.config/authcli/config.json',
      '.local/state/authcli/sessions/default.json',
    ])
    for (const file of filesOf(doubles.home)) {
      expect(statSync(join(doubles.home.path, file)).mode & 0o777).toBe(0o600)
      expect(readFileSync(join(doubles.home.path, file), 'utf8')).not.toMatch(/(access|refresh)-token-\d/)
    }
  })

  it('finds out before the browser opens that nothing could be stored, and writes nothing', async () => {
    const browser = obedientBrowser()
    const unavailable = () => {
      throw new AuthcliError('KEYCHAIN_UNAVAILABLE', 'there is no keychain', { hint: 'use another store' })
    }
    const store = { kind: 'keychain', place: 'the keychain', prepare: async () => unavailable() }
    const run = await runAuthcli(
      doubles.home,
      ['login', '--api', doubles.api.resource, '--store', 'keychain'],
      {
        terminal: TERMINAL,
        edges: { ...browser, openStore: () => store as unknown as SessionStore },
      },
    )
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('there is no keychain')
    expect(browser.opened).toEqual([])
    expect(filesOf(doubles.home)).toEqual([])
  })

  it('says "logged in" neither on the terminal nor in the browser when the store loses the session', async () => {
    const browser = obedientBrowser()
    const store: SessionStore = {
      kind: 'keychain',
      place: 'the keychain',
      slot: 'test',
      prepare: async () => {},
      read: async () => ({ state: 'missing' }),
      write: async () => {},
      remove: async () => {},
      setAside: async () => undefined,
    }
    const run = await runAuthcli(doubles.home, ['login', '--api', doubles.api.resource], {
      terminal: TERMINAL,
      edges: { ...browser, openStore: () => store },
    })
    expect(run.exitCode).toBe(1)
    expect(run.stderr).not.toContain('logged in as')
    expect(await browser.pages()).toEqual([expect.stringContaining('The login failed')])
    expect(filesOf(doubles.home)).toEqual([])
    // Nobody has it any more: it must not live on there.
    expect(doubles.authService.revocationRequests.map((body) => body.get('token'))).toEqual([
      'refresh-token-1',
    ])
  })

  it.each([
    ['open to others', (folder: string) => chmodSync(folder, 0o777), /'s folder is open to others/],
    [
      'one that takes no file',
      (folder: string) => {
        rmSync(folder, { recursive: true })
        // Ours, by its owner, and yet nobody can make a file in it.
        symlinkSync('/proc/self', folder)
      },
      / can't be written \(E/,
    ],
  ])('finds out before the browser opens that its folder is %s', async (_what, change, message) => {
    for (const name of ['.config/authcli', '.local/state/authcli/sessions']) {
      const folder = join(doubles.home.path, name)
      mkdirSync(folder, { recursive: true })
      change(folder)
      const browser = obedientBrowser()
      const run = await runAuthcli(doubles.home, ['login', '--api', doubles.api.resource], {
        terminal: TERMINAL,
        edges: browser,
      })
      expect(run.exitCode).toBe(1)
      expect(run.stderr).toMatch(name === '.config/authcli' ? message : /the session file/)
      expect(browser.opened).toEqual([])
      rmSync(folder, { recursive: true })
    }
  })

  it('puts back what was there when the profile can not be written, and revokes what it got', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const browser = obedientBrowser()
    const run = await runAuthcli(doubles.home, ['login'], {
      terminal: TERMINAL,
      edges: {
        openBrowser: async (...visit) => {
          chmodSync(join(doubles.home.path, '.config/authcli'), 0o777)
          await browser.openBrowser(...visit)
        },
      },
    })
    chmodSync(join(doubles.home.path, '.config/authcli'), 0o700)
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toMatch(/the configuration file \S+'s folder is open to others/)
    expect(run.stderr).not.toContain('logged in as')
    expect(await browser.pages()).toEqual([expect.stringContaining('The login failed')])
    expect(doubles.authService.revocationRequests.map((body) => body.get('token'))).toEqual([
      'refresh-token-2',
    ])
    expect(await runAuthcli(doubles.home, ['get-items'])).toMatchObject({ exitCode: 0 })
    expect(doubles.api.tokensSeen).toEqual(['access-token-1'])
  })

  it('is not cut in two by an interruption: what it has got is stored and remembered', async () => {
    const controller = new AbortController()
    const store = createMemoryStore()
    store.keep = (session) => {
      controller.abort()
      return session
    }
    const edges = { ...obedientBrowser(), openStore: () => store }
    const { signal } = controller
    const args = ['login', '--api', doubles.api.resource, '--store', 'keychain']
    const run = await runAuthcli(doubles.home, args, { terminal: TERMINAL, edges, signal })
    expect(run.exitCode).toBe(130)
    expect(store.stored).toMatchObject({ state: 'present' })
    expect(await runAuthcli(doubles.home, ['status'], { edges })).toMatchObject({ exitCode: 0 })
  })

  it('over an existing login stores the new one first, and then revokes the old one', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const run = await logIn(doubles.home, doubles.api.resource, ['--verbose'])
    expect(run.stderr.indexOf('trace session-stored')).toBeLessThan(run.stderr.indexOf('/revoke'))
    expect(doubles.authService.revocationRequests.map((body) => body.get('token'))).toEqual([
      'refresh-token-1',
    ])
  })

  it('leaves the existing login alone when the new one fails', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.authService.lies = { idTokenClaims: { nonce: 'another' } }
    const failed = await runAuthcli(doubles.home, ['login'], { terminal: TERMINAL, edges: obedientBrowser() })
    expect(failed.exitCode).toBe(1)
    expect(doubles.authService.revocationRequests).toEqual([])
    expect(await runAuthcli(doubles.home, ['status'])).toMatchObject({ exitCode: 0 })
  })

  it('ends the login that the profile had at another AuthService', async () => {
    const otherService = await startAuthServiceDouble()
    const otherApi = await startApiDouble(otherService.issuer)
    try {
      await logIn(doubles.home, doubles.api.resource)
      await logIn(doubles.home, otherApi.resource)
      expect(configurationOf(doubles.home).profiles['default']).toMatchObject({ issuer: otherService.issuer })
      expect(await runAuthcli(doubles.home, ['status'])).toMatchObject({ exitCode: 0 })
      expect(doubles.authService.revocationRequests.map((body) => body.get('token'))).toEqual([
        'refresh-token-1',
      ])
      expect(otherService.revocationRequests).toEqual([])
    } finally {
      await Promise.all([otherService.stop(), otherApi.stop()])
    }
  })

  it('keeps the logins of different profiles apart', async () => {
    await logIn(doubles.home, doubles.api.resource)
    await logIn(doubles.home, doubles.api.resource, ['--profile', 'work'])
    expect(Object.keys(configurationOf(doubles.home).profiles)).toEqual(['default', 'work'])
    expect(doubles.authService.revocationRequests).toEqual([])
  })

  it('leaves a configuration file that it does not understand alone', async () => {
    const path = join(doubles.home.path, '.config/authcli/config.json')
    mkdirSync(join(doubles.home.path, '.config/authcli'), { recursive: true })
    writeFileSync(path, '{"version":1,')
    const run = await runAuthcli(doubles.home, ['login', '--api', doubles.api.resource], {
      terminal: TERMINAL,
    })
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toContain('leaves it as it is')
    expect(readFileSync(path, 'utf8')).toBe('{"version":1,')
  })
})
