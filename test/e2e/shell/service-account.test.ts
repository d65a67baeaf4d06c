import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyHome } from '../../support/empty-home.js'
import { startProgram } from '../../support/processes.js'
import { type Services, startServices } from '../../support/services.js'
import { makeTemporaryFolder } from '../../support/temporary-folder.js'

const folder = makeTemporaryFolder('service-account')
let services: Services
let env: Record<string, string>

beforeAll(async () => {
  services = await startServices({ folder: folder.path })
  const { clientId, clientSecret } = JSON.parse(
    await operator('clients', 'add', 'Nightly build', '--client-credentials', '--json', ...access()),
  )
  env = {
    ...emptyHome(folder.path),
    AUTHCLI_CLIENT_ID: clientId,
    AUTHCLI_CLIENT_SECRET: clientSecret,
    AUTHCLI_API: services.api,
  }
})
afterAll(async () => {
  await services?.stop()
  folder.remove()
})

const access = () => ['--resource', services.api, '--scopes', 'items:read items:write']

async function operator(...args: string[]): Promise<string> {
  const data = ['--dev', '--data', join(folder.path, 'auth-service')]
  const program = startProgram('auth-service', [...args, ...data])
  expect(await program.exited).toMatchObject({ code: 0 })
  return program.output.stdout
}

async function authcli(args: string[], changes: Record<string, string> = {}) {
  const program = startProgram('authcli', args, { env: { ...env, ...changes }, input: '' })
  const { code } = await program.exited
  return { code, ...program.output }
}

describe('a service account', () => {
  it('works with nothing but its credentials and the address of the API, and has items of its own', async () => {
    const added = await authcli(['api', 'POST', '/items', '--field', 'title=Zoë 漢字'])
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const listed = await authcli(['get-items', '--all'])
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(listed.stdout).map(({ title }: { title: string }) => title)).toContain('Zoë 漢字')
  })

  it('walks through all pages', async () => {
    for (const title of ['one', 'two', 'three'])
      await authcli(['api', 'POST', '/items', '--field', `title=${title}`])
    const { code, stdout } = await authcli(['api', 'GET', '/items', '--field', 'limit=1', '--paginate'])
    expect(code).toBe(0)
    const titles = stdout.split('\n').map((page) => JSON.parse(page).items[0]?.title)
    expect(titles.slice(0, 3)).toEqual(['three', 'two', 'one'])
  })

  it('can give a token to other programs', async () => {
    const { stdout } = await authcli(['token', '--json', '--min-ttl', '60'])
    const { accessToken, resource } = JSON.parse(stdout)
    expect(resource).toBe(services.api)
    const response = await fetch(`${services.api}/items`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    expect(response.status).toBe(200)
  })

  it('is remembered without its secret by a login, which the secret then is enough for', async () => {
    expect(await authcli(['login', '--client-credentials'])).toMatchObject({ code: 0, stdout: '' })
    const secretOnly = { AUTHCLI_CLIENT_ID: '', AUTHCLI_API: '' }
    expect(await authcli(['get-items'], secretOnly)).toMatchObject({ code: 0 })
    const run = await authcli(['get-items'], { ...secretOnly, AUTHCLI_CLIENT_SECRET: '' })
    expect(run).toMatchObject({ code: 4, stdout: '' })
  })

  it('is refused with another secret, and after an operator removed it', async () => {
    const wrong = await authcli(['get-items'], { AUTHCLI_CLIENT_SECRET: 'wrong' })
    expect(wrong).toMatchObject({ code: 4, stdout: '' })
    expect(wrong.stderr).toContain('does not accept this client and its secret')
    await operator('clients', 'remove', env['AUTHCLI_CLIENT_ID'] ?? '')
    expect(await authcli(['get-items'])).toMatchObject({ code: 4, stdout: '' })
  })
})
