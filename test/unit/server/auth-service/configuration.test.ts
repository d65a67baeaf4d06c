import { expect, test } from 'vitest'
import {
  issuerOf,
  readDatabaseConfiguration,
  readServerConfiguration,
} from '../../../../server/auth-service/configuration.js'
import { PASSWORDS_DEFAULTS } from '../../../../server/auth-service/passwords.js'

const SECRET = Buffer.alloc(32, 7).toString('base64')
const enough = { AUTH_SERVICE_SECRET: SECRET, AUTH_SERVICE_DATABASE: '/data/db.sqlite' }

const read = (env: Record<string, string | undefined> = {}, flags: Record<string, unknown> = {}) =>
  readServerConfiguration({ flags, env: { ...enough, ...env }, homeDirectory: '/people/ada' })

test('needs a secret and a database and has a default for everything else (27, 45)', () => {
  expect(read()).toEqual({
    database: { path: '/data/db.sqlite' },
    secret: Buffer.alloc(32, 7),
    dev: undefined,
    host: '127.0.0.1',
    port: 9000,
    issuer: undefined,
    logLevel: 'info',
    logFile: undefined,
    passwords: PASSWORDS_DEFAULTS,
    keyDays: 90,
    settings: {
      accessTokenSeconds: 600,
      codeSeconds: 60,
      refreshRetrySeconds: 604_800,
      grantIdleSeconds: 2_592_000,
      grantAbsoluteSeconds: 31_536_000,
      browserSessionSeconds: 43_200,
      trustedProxies: [],
      dev: false,
    },
  })
})

test('lets a flag count more than the environment', () => {
  expect(read({ AUTH_SERVICE_PORT: '9100' }).port).toBe(9100)
  expect(read({ AUTH_SERVICE_PORT: '9100' }, { port: '9200' }).port).toBe(9200)
})

test('takes an empty variable for one that is not set', () => {
  expect(read({ AUTH_SERVICE_PORT: '' }).port).toBe(9000)
})

test.each([
  ['AUTH_SERVICE_SECRET', 'short'],
  ['AUTH_SERVICE_SECRET', Buffer.alloc(31, 7).toString('base64')],
  ['AUTH_SERVICE_SECRET', Buffer.alloc(33, 7).toString('base64')],
  ['AUTH_SERVICE_SECRET', 'correct horse battery staple and more words'],
  ['AUTH_SERVICE_ISSUER', 'auth.example.org'],
  ['AUTH_SERVICE_ISSUER', 'http://auth.example.org'],
  ['AUTH_SERVICE_ISSUER', 'http://127.0.0.1.example.org'],
  ['AUTH_SERVICE_ISSUER', 'ftp://127.0.0.1'],
  ['AUTH_SERVICE_ISSUER', 'https://auth.example.org/'],
  ['AUTH_SERVICE_ISSUER', 'https://AUTH.example.org'],
  ['AUTH_SERVICE_ISSUER', 'https://auth.example.org:443'],
  ['AUTH_SERVICE_ISSUER', 'https://auth.example.org?a=b'],
  ['AUTH_SERVICE_ISSUER', 'https://auth.example.org#a'],
  ['AUTH_SERVICE_ISSUER', 'https://user@auth.example.org'],
  ['AUTH_SERVICE_ISSUER', 'https://auth.example.org/a:b'],
  ['AUTH_SERVICE_ISSUER', 'https://auth.example.org/*'],
  ['AUTH_SERVICE_ISSUER', 'https://auth.example.org/caf%C3%A9'],
  ['AUTH_SERVICE_HOST', 'auth.example.org'],
  ['AUTH_SERVICE_PORT', '-1'],
  ['AUTH_SERVICE_PORT', '65536'],
  ['AUTH_SERVICE_PORT', '9000x'],
  ['AUTH_SERVICE_PORT', '0x10'],
  ['AUTH_SERVICE_PORT', 'tcp://10.0.0.1:9000'],
  ['AUTH_SERVICE_TRUSTED_PROXIES', 'proxy'],
  ['AUTH_SERVICE_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['AUTH_SERVICE_TRUSTED_PROXIES', '0.0.0.0/0'],
  ['AUTH_SERVICE_TRUSTED_PROXIES', '10.0.0.1,,10.0.0.2'],
  ['AUTH_SERVICE_LOG_LEVEL', 'loud'],
  ['AUTH_SERVICE_ACCESS_TOKEN_SECONDS', '0'],
  ['AUTH_SERVICE_ACCESS_TOKEN_SECONDS', '1e3'],
  ['AUTH_SERVICE_CODE_SECONDS', '61'],
  ['AUTH_SERVICE_CODE_SECONDS', '0'],
  ['REFRESH_RETRY_SECONDS', '-1'],
  ['AUTH_SERVICE_IDLE_SECONDS', 'a month'],
  ['AUTH_SERVICE_ABSOLUTE_SECONDS', '1.5'],
  ['DATABASE_URL', 'mysql://localhost/auth'],
])('refuses %s=%s, names it, and does not repeat it (27)', (variable, value) => {
  const env = variable === 'DATABASE_URL' ? { AUTH_SERVICE_DATABASE: undefined } : {}
  expect(() => read({ ...env, [variable]: value })).toThrow(new RegExp(`^${variable} must`))
})

test('refuses a variable that is none of ours, which may be a misspelt one', () => {
  expect(() => read({ AUTH_SERVICE_ACCES_TOKEN_SECONDS: '60' })).toThrow(
    'AUTH_SERVICE_ACCES_TOKEN_SECONDS is not a setting of auth-service',
  )
})

test('names the flag when it is the flag that makes no sense', () => {
  expect(() => read({}, { accessTokenSeconds: 'long' })).toThrow(/^--access-token-seconds must/)
})

test('never repeats a secret that makes no sense (53)', () => {
  expect(() => read({ AUTH_SERVICE_SECRET: 'my-secret-of-the-wrong-form' })).not.toThrow('my-secret')
  expect(() => read({ AUTH_SERVICE_SECRET: 'my-secret-of-the-wrong-form' })).toThrow('AUTH_SERVICE_SECRET')
})

test('refuses to start without a secret (50)', () => {
  expect(() => read({ AUTH_SERVICE_SECRET: undefined })).toThrow('AUTH_SERVICE_SECRET is not set')
})

test('refuses to start without a database, and with two', () => {
  expect(() => read({ AUTH_SERVICE_DATABASE: undefined })).toThrow('no database is named')
  expect(() => read({ DATABASE_URL: 'postgres://db/auth' })).toThrow('names one database')
})

test('takes PostgreSQL from DATABASE_URL', () => {
  const env = { AUTH_SERVICE_DATABASE: undefined, DATABASE_URL: 'postgres://db/auth' }
  expect(read(env).database).toEqual({ url: 'postgres://db/auth' })
})

test('takes an issuer with a path, on https or on a loopback address (19)', () => {
  for (const issuer of [
    'https://example.org/auth',
    'http://127.0.0.1:9000',
    'http://[::1]:9000/a',
    'http://localhost:1',
  ]) {
    expect(read({ AUTH_SERVICE_ISSUER: issuer }).issuer).toBe(issuer)
  }
})

test('asks for the issuer when it listens to more than this machine (19)', () => {
  expect(() => read({ AUTH_SERVICE_HOST: '0.0.0.0' })).toThrow('AUTH_SERVICE_ISSUER is not set')
  const env = { AUTH_SERVICE_HOST: '0.0.0.0', AUTH_SERVICE_ISSUER: 'https://auth.example.org' }
  expect(read(env).host).toBe('0.0.0.0')
})

test('takes addresses and ranges for proxies, and never everybody (20)', () => {
  expect(read({ AUTH_SERVICE_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).settings.trustedProxies).toEqual([
    '10.0.0.0/8',
    '::1',
  ])
})

test('never lets a retry outlive the idle time', () => {
  expect(read({ AUTH_SERVICE_IDLE_SECONDS: '60' }).settings.refreshRetrySeconds).toBe(60)
  expect(read({ REFRESH_RETRY_SECONDS: '0' }).settings.refreshRetrySeconds).toBe(0)
})

test('refuses an idle time beyond the absolute one', () => {
  const env = { AUTH_SERVICE_IDLE_SECONDS: '100', AUTH_SERVICE_ABSOLUTE_SECONDS: '99' }
  expect(() => read(env)).toThrow(
    'AUTH_SERVICE_IDLE_SECONDS must not be more than AUTH_SERVICE_ABSOLUTE_SECONDS',
  )
})

test('follows host and port with the issuer that it was not told', () => {
  expect(issuerOf('127.0.0.1', 9000)).toBe('http://127.0.0.1:9000')
  expect(issuerOf('::1', 9000)).toBe('http://[::1]:9000')
})

test('keeps everything of --dev in a folder of its own, whatever else the environment names', () => {
  const configuration = read({ DATABASE_URL: 'postgres://production/auth' }, { dev: true })
  expect(configuration.database).toEqual({
    path: '/people/ada/.local/state/authcli/auth-service/auth-service.sqlite',
  })
  expect(configuration.secret).toBeUndefined()
  expect(configuration.dev).toEqual({
    folder: '/people/ada/.local/state/authcli/auth-service',
    file: '/people/ada/.local/state/authcli/dev.json',
  })
})

test('puts the folder of --dev where it is told', () => {
  expect(read({ XDG_STATE_HOME: '/state' }, { dev: true }).dev).toEqual({
    folder: '/state/authcli/auth-service',
    file: '/state/authcli/dev.json',
  })
  expect(read({ AUTHCLI_DEV_FILE: '/b/dev.json' }, { dev: true, data: '/a' }).dev).toEqual({
    folder: '/a',
    file: '/b/dev.json',
  })
})

test('refuses --dev on anything but a loopback address', () => {
  expect(() => read({}, { dev: true, host: '0.0.0.0' })).toThrow('--dev listens on a loopback address only')
  expect(() => read({}, { dev: true, host: '192.168.1.2' })).toThrow('--dev listens')
  expect(() => read({}, { dev: true, issuer: 'https://example.org' })).toThrow('--dev takes an issuer')
  expect(read({}, { dev: true, host: '::1' }).host).toBe('::1')
})

test('refuses --dev on a database that was named', () => {
  expect(() => read({}, { dev: true, database: '/data/db.sqlite' })).toThrow(
    '--dev has a database of its own',
  )
})

test('asks the commands for no secret before they need it', () => {
  const env = { AUTH_SERVICE_DATABASE: '/data/db.sqlite' }
  expect(readDatabaseConfiguration({ flags: {}, env, homeDirectory: '/' })).toEqual({
    database: { path: '/data/db.sqlite' },
    secret: undefined,
    dev: undefined,
    logFile: undefined,
  })
})
