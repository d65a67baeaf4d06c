import { describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { configurationOf, filesOf } from '../../support/cli/home-files.js'
import { logIn } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'

const doubles = useDoubles()

function logInKeepingNothing() {
  return logIn(doubles.home, doubles.api.resource, ['--store', 'none'], { env: { NO_COLOR: '1' } })
}

function revokedTokens() {
  return doubles.authService.revocationRequests.map((body) => body.get('token'))
}

describe('authcli login --store none', () => {
  it('logs in, ends the login at once, says so, and keeps nothing but the profile (100)', async () => {
    const { stderr } = await logInKeepingNothing()
    expect(stderr).toContain('the login of demo works')
    expect(stderr).toContain(
      `Nothing of it is kept, as --store none says, and it is ended at ${doubles.authService.issuer}.`,
    )
    expect(stderr).toContain('AUTHCLI_CLIENT_ID and AUTHCLI_CLIENT_SECRET')
    expect(revokedTokens()).toEqual(['refresh-token-1'])
    expect(filesOf(doubles.home)).toEqual(['.config/authcli/config.json'])
    const profile = configurationOf(doubles.home).profiles['default']
    expect(profile).toMatchObject({ api: doubles.api.resource, store: 'none' })
    expect(profile).not.toHaveProperty('account')
  })

  it('warns when the AuthService could not end it', async () => {
    doubles.authService.lies.revocation = (response) => void response.writeHead(503).end()
    const { stderr } = await logInKeepingNothing()
    expect(stderr).toContain('nobody has its tokens, and it will end by itself')
  })

  it('ends the login that the profile had before', async () => {
    await logIn(doubles.home, doubles.api.resource)
    await logInKeepingNothing()
    expect(revokedTokens()).toEqual(['refresh-token-2', 'refresh-token-1'])
    expect(filesOf(doubles.home)).toEqual(['.config/authcli/config.json'])
  })

  it.each(['get-items', 'status', 'logout', 'session move --to file'])(
    'lets %s say what to set, with exit code 4',
    async (command) => {
      await logInKeepingNothing()
      const run = await runAuthcli(doubles.home, command.split(' '))
      expect(run).toMatchObject({ exitCode: 4, stdout: '' })
      expect(run.stderr).toBe(
        'authcli: the profile default keeps no login: it was made with `--store none`\n' +
          'authcli: hint: set AUTHCLI_TOKEN, or AUTHCLI_CLIENT_ID and AUTHCLI_CLIENT_SECRET; or run `authcli login --store keychain`\n',
      )
    },
  )

  it('leaves the API of the profile to the token in AUTHCLI_TOKEN', async () => {
    await logInKeepingNothing()
    const run = await runAuthcli(doubles.home, ['get-items', '--json'], { env: { AUTHCLI_TOKEN: 'given' } })
    expect(run).toMatchObject({ exitCode: 0 })
    expect(doubles.api.tokensSeen).toEqual(['given'])
  })

  it('is remembered, until another store is asked for', async () => {
    await logInKeepingNothing()
    const { AUTHCLI_STORE: _, ...env } = doubles.home.env
    doubles.home.env = { ...env, NO_COLOR: '1' }
    expect((await logIn(doubles.home, doubles.api.resource)).stderr).toContain('Nothing of it is kept')
    expect((await logIn(doubles.home, doubles.api.resource, ['--store', 'file'])).stderr).toContain(
      'logged in as demo',
    )
    expect(await runAuthcli(doubles.home, ['status'])).toMatchObject({ exitCode: 0 })
  })
})
