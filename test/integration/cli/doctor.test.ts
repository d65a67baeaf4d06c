import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { HttpError } from '../../../src/http.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { filesOf } from '../../support/cli/home-files.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { type Run, type RunOptions, runAuthcli } from '../../support/cli/run-authcli.js'
import { readKeychainItem } from '../../support/keychain-items.js'
import { type Keyring, type KeyringState, startKeyring } from '../../support/keyring.js'

const doubles = useDoubles()

const keyrings: Keyring[] = []
afterEach(async () => {
  for (const keyring of keyrings.splice(0)) await keyring.stop()
})

/** The environment of a keychain in some state. */
async function keychainIn(state: KeyringState): Promise<Record<string, string>> {
  const keyring = await startKeyring({ state })
  keyrings.push(keyring)
  return keyring.env
}

interface Report {
  ok: boolean
  checks: { name: string; state: string; says: string; mend: string | null }[]
}

const NAMES = [
  'versions',
  'configuration',
  'issuer',
  'metadata',
  'signing keys',
  'clock',
  'API',
  'proxy',
  'certificates',
  'keychain',
  'refresh lock',
  'loopback IPv4',
  'loopback IPv6',
  'browser',
]

const places = () => ({ api: doubles.api.resource, issuer: doubles.authService.issuer })
const doctor = (args: string[] = [], options: RunOptions = {}) =>
  runAuthcli(doubles.home, ['doctor', ...args], options)

/** What a run found, by check. */
async function findings(options: RunOptions = {}): Promise<{ run: Run; of(name: string): unknown }> {
  const run = await doctor(['--json'], options)
  const { checks }: Report = JSON.parse(run.stdout)
  return { run, of: (name) => checks.find((check) => check.name === name) }
}

const broken = (says: RegExp, mend: RegExp) => ({
  state: 'broken',
  says: expect.stringMatching(says),
  mend: expect.stringMatching(mend),
})

describe('authcli doctor', () => {
  it('ends with 0 when all is well, and says so of each check', async () => {
    await placeLogin(doubles.home, places(), { profile: { store: 'keychain' } })
    const env = { ...(await keychainIn('unlocked')), AUTHCLI_STORE: '' }
    const { exitCode, stdout, stderr } = await doctor([], { env })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').map((line) => line.slice(0, 17).trim())).toEqual([
      ...['✓ versions', '✓ configuration', '✓ issuer', '✓ metadata', '✓ signing keys', '✓ clock', '✓ API'],
      ...['✓ proxy', '– certificates', '✓ keychain', '✓ refresh lock', '✓ loopback IPv4'],
      ...['✓ loopback IPv6', '– browser', ''],
    ])
    expect(stdout).toContain(`authcli 0.0.0-test, Node ${process.versions.node}, ${process.platform} 6.1.0 `)
    expect(readKeychainItem(env, `doctor ${process.pid}`)).toBeUndefined()
  })

  it('says the same as JSON', async () => {
    await placeLogin(doubles.home, places())
    const { stdout } = await doctor(['--json'])
    const report: Report = JSON.parse(stdout)
    expect(report).toMatchObject({
      ok: true,
      versions: { authcli: '0.0.0-test', platform: process.platform },
    })
    expect(report.checks.map(({ name }) => name)).toEqual(NAMES)
  })

  it('works without a profile, a network and a keychain, and ends with 1', async () => {
    const http = async () => {
      throw new HttpError('there is no way to it from this network')
    }
    const env = { AUTHCLI_STORE: '' }
    const { exitCode, stdout, stderr } = await doctor([], { env, edges: { http } })
    expect(exitCode).toBe(1)
    expect(stderr).toBe('authcli: 1 of 14 checks found something broken\n')
    expect(stdout).toMatch(/^✗ keychain {8}there is no keychain: .*\n {18}→ log in with `--store file`/m)
    expect(stdout).toMatch(/^– issuer .*authcli login --api URL/m)
    expect(filesOf(doubles.home)).toEqual([])
  })

  it('opens no browser, and asks neither the token nor the revocation endpoint', async () => {
    await placeLogin(doubles.home, places())
    const openBrowser = async () => {
      throw new Error('nothing is to be opened')
    }
    const env = { DISPLAY: ':0', PATH: process.env['PATH'] ?? '' }
    expect((await findings({ env, edges: { openBrowser } })).of('browser')).toBeDefined()
    const { authorizationRequests, tokenRequests, revocationRequests } = doubles.authService
    expect([...authorizationRequests, ...tokenRequests, ...revocationRequests]).toEqual([])
    expect(doubles.api.tokensSeen).toEqual([])
  })
})

describe('authcli doctor finds', () => {
  it('an AuthService that is away', async () => {
    await placeLogin(doubles.home, { ...places(), issuer: 'http://127.0.0.1:1' })
    const { run, of } = await findings()
    expect(run.exitCode).toBe(1)
    expect(of('issuer')).toMatchObject(broken(/can't be reached: connection refused/, /network/))
    for (const name of ['metadata', 'signing keys', 'clock']) {
      expect(of(name)).toMatchObject({ state: 'unchecked' })
    }
  })

  it('metadata that speaks for somebody else', async () => {
    await placeLogin(doubles.home, places())
    doubles.authService.lies = { metadata: { issuer: 'https://secret.corp.example' } }
    const { run, of } = await findings()
    expect(of('issuer')).toMatchObject({ state: 'ok' })
    expect(of('metadata')).toMatchObject(broken(/speaks for the issuer "…", not for "http/, /AuthService/))
    expect(run.stdout).not.toContain('corp.example')
  })

  it('an AuthService without keys', async () => {
    await placeLogin(doubles.home, places())
    doubles.authService.lies = { metadata: { jwks_uri: `${doubles.authService.issuer}/nothing` } }
    expect((await findings()).of('signing keys')).toMatchObject(broken(/is 404/, /AuthService/))
  })

  it.each([
    [-300_000, /^5 minutes behind/],
    [7_200_000, /^2 hours ahead of/],
  ])('a clock that is wrong by %i ms', async (wrongBy, says) => {
    await placeLogin(doubles.home, places())
    const { of } = await findings({ now: () => Date.now() + wrongBy })
    expect(of('clock')).toMatchObject(broken(says, /clock/))
  })

  it('an API that is away', async () => {
    await placeLogin(doubles.home, { ...places(), api: 'http://127.0.0.1:1' })
    expect((await findings()).of('API')).toMatchObject(broken(/connection refused/, /network/))
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['proxy', { HTTPS_PROXY: 'http://' }, /HTTPS_PROXY holds no URL/],
    ['certificates', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /lets every certificate pass/],
    ['certificates', { NODE_EXTRA_CA_CERTS: '/nowhere/at-all.pem' }, /can't be read/],
    ['certificates', { NODE_EXTRA_CA_CERTS: import.meta.filename }, /without a certificate/],
    ['browser', { DISPLAY: ':0', PATH: '/nowhere' }, /xdg-open.* is not installed/],
  ])('a %s that %j spoils', async (name, env, says) => {
    expect((await findings({ env })).of(name)).toMatchObject(broken(says, /./))
  })

  it('a configuration that can not be used', async () => {
    const path = join(doubles.home.path, '.config/authcli/config.json')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '{')
    expect((await findings()).of('configuration')).toMatchObject(broken(/can't be used/, /authcli status/))
  })

  it.each<[KeyringState, RegExp, RegExp]>([
    ['locked', /the keychain is locked/, /unlock it/],
    ['suspended', /did not answer within 1.2 s/, /--store file/],
    ['no-daemon', /no Secret Service .* runs on the session bus/, /--store file/],
    ['no-bus', /nobody listens at the D-Bus session bus/, /--store file/],
  ])('a keychain that is %s, within the time limit', async (state, says, mend) => {
    const env = { ...(await keychainIn(state)), AUTHCLI_STORE: '', AUTHCLI_KEYCHAIN_TIMEOUT: '1.2' }
    expect((await findings({ env })).of('keychain')).toMatchObject(broken(says, mend))
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['a desktop', { DISPLAY: ':0', PATH: process.env['PATH'] ?? '' }, /xdg-open/],
    ['an editor that opens pages', { BROWSER: 'open-at-home' }, /xdg-open/],
    ['Windows below', { WSL_DISTRO_NAME: 'Debian', container: '' }, /PowerShell|there is no display/],
    ['SSH', { SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22', DISPLAY: ':0' }, /over SSH/],
    ['nothing', {}, /there is no display/],
  ])(
    'what would open the browser on %s, and says whose address nobody else is told',
    async (_what, env, says) => {
      const { run, of } = await findings({ env })
      expect(of('browser')).toMatchObject({ says: expect.stringMatching(says) })
      expect(run.stdout).not.toMatch(/192\.0\.2|open-at-home|Debian/)
    },
  )

  it.each(['AUTHCLI_TOKEN', 'AUTHCLI_CLIENT_SECRET'])(
    'nothing wrong with a missing keychain where %s is all that is needed',
    async (name) => {
      const { run, of } = await findings({ env: { AUTHCLI_STORE: '', [name]: 'a-secret-of-a-machine' } })
      expect(of('keychain')).toMatchObject({ state: 'unchecked' })
      expect(run.exitCode).toBe(0)
      expect(run.stdout).not.toContain('a-secret-of-a-machine')
    },
  )

  it('nothing wrong with a missing keychain where the session is in a file', async () => {
    await placeLogin(doubles.home, places())
    const { run, of } = await findings({ env: await keychainIn('no-daemon') })
    expect(of('keychain')).toMatchObject({ state: 'unchecked', says: expect.stringContaining('not needed') })
    expect(run.exitCode).toBe(0)
  })
})

describe('what authcli doctor writes can be pasted anywhere (53)', () => {
  const PRIVATE = {
    account: 'ada.lovelace@corp.example',
    profile: 'customer-of-ours',
    proxy: 'hidden-proxy.corp.example:3128',
    proxyPassword: 'proxy-password',
    subject: 'subject-of-ada',
    accessToken: 'the-access-token',
    refreshToken: 'the-refresh-token',
    busAddress: '/run/user/secret-bus',
    jwksHost: 'keys.corp.example',
    authority: 'mkcert ada@adas-laptop',
  }

  it.each([
    ['AUTHCLI_ISSUER', 'https://ada:canary@auth.example.com', /holds a user name/],
    ['AUTHCLI_ISSUER', 'https://auth.example.com/?key=canary', /holds a query/],
    ['AUTHCLI_API', 'https://ada:canary@api.example.com', /holds a user name/],
    ['AUTHCLI_API', 'https://api.example.com/?key=canary', /its address/],
  ])('when %s is %j', async (name, value, says) => {
    const http = async () => {
      throw new HttpError('connection refused')
    }
    const { stdout, stderr } = await doctor(['--json'], { env: { [name]: value }, edges: { http } })
    expect(stdout).toMatch(says)
    expect(stdout + stderr).not.toContain('canary')
  })

  it.each<[string, RunOptions['edges']]>([
    ['all is well', {}],
    [
      'the network is away',
      {
        http: async () => {
          const reason = `its certificate is not trusted (issued by ${PRIVATE.authority}) (through the proxy ${PRIVATE.proxy})`
          throw new HttpError(reason, { publicReason: 'its certificate is not trusted' })
        },
      },
    ],
  ])('when %s', async (_when, edges) => {
    const { account, profile, subject, accessToken, refreshToken } = PRIVATE
    await placeLogin(doubles.home, places(), {
      name: profile,
      account,
      session: { accessToken, refreshToken, account: { subject, email: account } },
    })
    doubles.authService.lies = {
      metadata: { jwks_uri: `https://${PRIVATE.jwksHost}/keys`, revocation_endpoint: 'ftp://corp.example/' },
    }
    const env = {
      AUTHCLI_STORE: '',
      AUTHCLI_TOKEN: accessToken,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${PRIVATE.busAddress}`,
      HTTPS_PROXY: `http://ada:${PRIVATE.proxyPassword}@${PRIVATE.proxy}`,
      NODE_EXTRA_CA_CERTS: join(doubles.home.path, 'corp.pem'),
      USER: 'ada.lovelace',
    }
    const options = { env, ...(edges !== undefined && { edges }) }
    for (const args of [[], ['--json'], ['--verbose', '--quiet']]) {
      const { stdout, stderr } = await doctor(args, options)
      const written = args.includes('--verbose') ? stdout : stdout + stderr
      expect(written).toContain('refresh lock')
      const secrets = [
        ...Object.values(PRIVATE),
        ...Object.values(doubles.home.env).filter((value) => value.length > 20),
        doubles.home.path,
        hostname(),
        userInfo().homedir,
        'ada.lovelace',
        'corp.example',
      ]
      expect(secrets.filter((secret) => written.includes(secret))).toEqual([])
    }
  })
})
