import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HttpError, type HttpRequest } from '../../../src/http.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { logIn } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'
import { createMemoryStore } from '../../support/session/memory-store.js'

const doubles = useDoubles()

const revokedTokens = () => doubles.authService.revocationRequests.map((body) => body.get('token'))
const sessionFile = (profile = 'default') =>
  join(doubles.home.path, `.local/state/authcli/sessions/${profile}.json`)

describe('authcli logout', () => {
  it('removes the session here, ends it there, and says how to sign the browser out', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const { exitCode, stdout, stderr } = await runAuthcli(doubles.home, ['logout'])
    expect(exitCode).toBe(0)
    expect(stdout).toBe('')
    expect(stderr).toBe(
      [
        '✓ logged out demo',
        `  The session is gone from ${sessionFile()}, and ended at ${doubles.authService.issuer}.`,
        '',
        `Your browser may still be signed in at ${doubles.authService.issuer}. To end that too, open:`,
        '',
        `${doubles.authService.issuer}/logout`,
        '',
      ].join('\n'),
    )
    expect(existsSync(sessionFile())).toBe(false)
    expect(revokedTokens()).toHaveLength(1)
  })

  it('forgets who was logged in, and remembers where to log in again', async () => {
    await logIn(doubles.home, doubles.api.resource)
    await runAuthcli(doubles.home, ['logout'])
    const { exitCode, stderr } = await runAuthcli(doubles.home, ['get-items'])
    expect(exitCode).toBe(4)
    expect(stderr).toBe('authcli: you are not logged in\nauthcli: hint: run `authcli login`\n')
  })

  it('removes the session also when the network is away, and says what did not happen', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const edges = {
      http: async () => {
        throw new HttpError('connection refused')
      },
    }
    const { exitCode, stderr } = await runAuthcli(doubles.home, ['logout'], { edges })
    expect(exitCode).toBe(0)
    expect(existsSync(sessionFile())).toBe(false)
    expect(stderr).toContain('could not be reached to end the session there')
    expect(stderr).toContain('To end that too, sign out there.')
  })

  it('waits once, not twice, for an AuthService that is away', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const asked: string[] = []
    const http = async ({ url }: HttpRequest) => {
      asked.push(url.pathname)
      throw new HttpError('no answer within 30 seconds')
    }
    const run = await runAuthcli(doubles.home, ['logout'], { edges: { http } })
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('sign out there.') })
    expect(asked).toHaveLength(1)
  })

  it('leaves a login alone that began when the session was already gone', async () => {
    const store = createMemoryStore()
    const edges = { openStore: () => store }
    await logIn(doubles.home, doubles.api.resource, ['--store', 'keychain'], { edges })
    const { stored } = store
    store.remove = async () => {
      store.stored = stored
    }
    expect(await runAuthcli(doubles.home, ['logout'], { edges })).toMatchObject({ exitCode: 0 })
    expect(await runAuthcli(doubles.home, ['status'], { edges })).toMatchObject({ exitCode: 0 })
  })

  it('says so when the AuthService offers no way to end a session', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.authService.lies = {
      metadata: { revocation_endpoint: undefined, end_session_endpoint: undefined },
    }
    const { exitCode, stderr } = await runAuthcli(doubles.home, ['logout'])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('offers no way to end the session there')
    expect(stderr).toContain('sign out there')
  })

  it('of one profile leaves the others alone', async () => {
    await logIn(doubles.home, doubles.api.resource)
    await logIn(doubles.home, doubles.api.resource, ['--profile', 'work'])
    const { stderr } = await runAuthcli(doubles.home, ['logout', '--profile', 'work'])
    expect(stderr).toContain('logged out demo (profile work)')
    expect(existsSync(sessionFile('work'))).toBe(false)
    expect(await runAuthcli(doubles.home, ['status'])).toMatchObject({ exitCode: 0 })
  })

  it('of all profiles ends every login', async () => {
    await logIn(doubles.home, doubles.api.resource)
    await logIn(doubles.home, doubles.api.resource, ['--profile', 'work'])
    expect(await runAuthcli(doubles.home, ['logout', '--all-profiles'])).toMatchObject({ exitCode: 0 })
    expect(revokedTokens()).toHaveLength(2)
    expect([sessionFile(), sessionFile('work')].filter(existsSync)).toEqual([])
  })

  it('of all profiles goes on after one that it can not end, and fails in the end', async () => {
    await logIn(doubles.home, doubles.api.resource, ['--profile', 'a'], {
      env: { AUTHCLI_STORE_KEY: `${'A'.repeat(43)}=` },
    })
    await logIn(doubles.home, doubles.api.resource, ['--profile', 'b'])
    const { exitCode, stderr } = await runAuthcli(doubles.home, ['logout', '--all-profiles'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/warning: profile a: .*sealed under another key/)
    expect(stderr).toContain('logged out demo (profile b)')
    expect(existsSync(sessionFile('a'))).toBe(true)
    expect(existsSync(sessionFile('b'))).toBe(false)
  })

  it('of nobody ends with 4, and of all profiles with 0', async () => {
    expect(await runAuthcli(doubles.home, ['logout'])).toMatchObject({ exitCode: 4 })
    const all = await runAuthcli(doubles.home, ['logout', '--all-profiles'])
    expect(all).toMatchObject({ exitCode: 0, stderr: 'nobody is logged in to any profile\n' })
  })
})
