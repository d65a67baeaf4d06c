import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../../../server/backend-api/configuration.js'
import { ConfigurationError } from '../../../../server/backend-api/errors.js'

it('takes a flag before the variable', () => {
  expect(readConfiguration({ port: '1' }, { BACKEND_API_PORT: '2' })).toEqual({ port: 1 })
})

it('takes an empty variable for an absent one', () => {
  expect(readConfiguration({}, { BACKEND_API_PORT: '' })).toEqual({})
})

it('reads every setting from the environment', () => {
  const environment = {
    BACKEND_API_RESOURCE: 'https://api.example/',
    BACKEND_API_ISSUER: 'https://as.example/',
    BACKEND_API_HOST: '0.0.0.0',
    BACKEND_API_PORT: '0',
    BACKEND_API_DATABASE: '/data/items.db',
    BACKEND_API_VALIDATION: 'jwks',
    BACKEND_API_CLIENT_ID: 'api',
    BACKEND_API_CLIENT_SECRET: 's3cret',
    BACKEND_API_CLOCK_TOLERANCE_SECONDS: '60',
    BACKEND_API_JWKS_MAX_STALE_SECONDS: '60',
    BACKEND_API_TRUSTED_PROXIES: '10.0.0.1, fd00::/8',
    BACKEND_API_LOG_LEVEL: 'warn',
    BACKEND_API_LOG_FILE: '/log',
    BACKEND_API_DATA: '/data',
    AUTHCLI_DEV_FILE: '/dev.json',
  }
  expect(readConfiguration({}, environment)).toEqual({
    resource: 'https://api.example',
    issuer: 'https://as.example/',
    host: '0.0.0.0',
    port: 0,
    database: '/data/items.db',
    validation: 'jwks',
    clientId: 'api',
    clientSecret: 's3cret',
    clockToleranceSeconds: 60,
    jwksMaxStaleSeconds: 60,
    trustedProxies: ['10.0.0.1', 'fd00::/8'],
    logLevel: 'warn',
    logFile: '/log',
    data: '/data',
    devFile: '/dev.json',
  })
})

describe('nonsense is refused by name', () => {
  it.each([
    ['BACKEND_API_PORT', '65536'],
    ['BACKEND_API_PORT', '-1'],
    ['BACKEND_API_PORT', '9001a'],
    ['BACKEND_API_PORT', '1e3'],
    ['BACKEND_API_VALIDATION', 'none'],
    ['BACKEND_API_CLOCK_TOLERANCE_SECONDS', '61'],
    ['BACKEND_API_CLOCK_TOLERANCE_SECONDS', '-1'],
    ['BACKEND_API_CLOCK_TOLERANCE_SECONDS', '1.5'],
    ['BACKEND_API_JWKS_MAX_STALE_SECONDS', '999999999'],
    ['BACKEND_API_TRUSTED_PROXIES', 'proxy.example'],
    ['BACKEND_API_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['BACKEND_API_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['BACKEND_API_TRUSTED_PROXIES', '::/0'],
    ['BACKEND_API_TRUSTED_PROXIES', '10.0.0.1,'],
    ['BACKEND_API_TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['BACKEND_API_LOG_LEVEL', 'loud'],
  ])('%s=%s', (variable, text) => {
    expect(() => readConfiguration({}, { [variable]: text })).toThrow(new RegExp(`^${variable} must`))
  })

  it('in a flag', () => {
    expect(() => readConfiguration({ clockToleranceSeconds: '61' }, {})).toThrow(
      '--clock-tolerance-seconds must',
    )
  })

  it('an empty flag', () => {
    expect(() => readConfiguration({ database: '' }, {})).toThrow('--database must not be empty')
  })

  it('a resource or issuer that is http off loopback (19)', () => {
    expect(() => readConfiguration({}, { BACKEND_API_RESOURCE: 'http://api.example' })).toThrow(
      'BACKEND_API_RESOURCE',
    )
    expect(() => readConfiguration({ issuer: 'http://as.example' }, {})).toThrow('--issuer')
  })

  it('a variable that only looks like one of ours', () => {
    expect(() => readConfiguration({}, { BACKEND_API_RESOURSE: 'https://api.example' })).toThrow(
      ConfigurationError,
    )
  })
})

it('leaves the variables of others alone', () => {
  expect(readConfiguration({}, { AUTH_SERVICE_PORT: 'x', PATH: '/bin' })).toEqual({})
})
