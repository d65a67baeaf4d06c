import { once } from 'node:events'
import { beforeEach, describe, expect, it } from 'vitest'
import { startChild } from '../../support/child.js'
import { sendJson } from '../../support/cli/auth-service-double.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { type PlacedLogin, placeLogin } from '../../support/cli/placed-login.js'
import { commandLine, runInBash } from '../../support/cli/process-runs.js'
import { programFile } from '../../support/program-file.js'
import { ITEMS } from './cases.js'

const doubles = useDoubles()

const FRESH = { access_token: 'fresh-access', refresh_token: 'fresh-refresh', token_type: 'Bearer' }

const environment = () => ({ HOME: doubles.home.path, ...doubles.home.env })
const places = () => ({ api: doubles.api.resource, issuer: doubles.authService.issuer })

const expectRefreshed = async (login: PlacedLogin) => {
  expect(doubles.authService.tokenRequests).toHaveLength(1)
  expect(await login.stored()).toMatchObject({
    state: 'present',
    session: { accessToken: 'fresh-access', refreshToken: 'fresh-refresh' },
  })
}

beforeEach(() => {
  doubles.authService.lies = { tokenResponse: { ...FRESH, expires_in: 600 } }
  doubles.api.pages = [ITEMS]
})

describe('authcli whose reader has gone', () => {
  it.each([[['get-items']], [['token']], [['api', 'GET', '/items']]])(
    'before it began: %j refreshes, stores, and ends quietly',
    async (args) => {
      const login = await placeLogin(doubles.home, places(), { session: { expiresAt: Date.now() - 1000 } })
      const run = await runInBash(`exec 3> >(:); wait $!; ${commandLine(args)} >&3`, environment())
      expect(run).toMatchObject({ exitCode: 0, stderr: '' })
      await expectRefreshed(login)
    },
  )

  it('in the middle of a refresh stores what comes of it, and ends quietly', async () => {
    const login = await placeLogin(doubles.home, places())
    doubles.api.lies.items = (response, request) => {
      const isFirst = !request.url?.includes('cursor=')
      const isFresh = request.headers.authorization === 'Bearer fresh-access'
      if (isFirst) sendJson(response, { items: ITEMS, next: '1' })
      else if (isFresh) sendJson(response, { items: ITEMS })
      else response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
    }
    const child = startChild(process.execPath, [programFile('authcli'), 'get-items', '--all'], {
      env: { PATH: process.env['PATH'], ...environment() },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const { stdout } = child
    if (stdout === null) throw new Error('there is no stdout')
    // The reader takes the first page, and goes when the refresh token is on its way.
    stdout.resume()
    doubles.authService.lies.token = (response) => {
      stdout.once('close', () => sendJson(response, { ...FRESH, expires_in: 600, scope: 'openid' }))
      stdout.destroy()
    }
    expect(await once(child, 'close')).toEqual([0, null])
    expect(said).toBe('')
    await expectRefreshed(login)
  })
})
