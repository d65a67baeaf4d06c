import { describe, expect, it } from 'vitest'
import { productionSettings } from '../../../../server/backend-api/settings.js'

const ENOUGH = { resource: 'https://api.example', issuer: 'https://as.example', database: '/data/items.db' }
const CREDENTIALS = { clientId: 'api', clientSecret: 's3cret' }

it('needs a resource, an issuer and a database, and has defaults for the rest', () => {
  expect(productionSettings(ENOUGH)).toMatchObject({
    resource: 'https://api.example',
    issuer: 'https://as.example',
    databaseFile: '/data/items.db',
    host: '127.0.0.1',
    port: 9001,
    trustedProxies: [],
    logLevel: 'info',
    dev: false,
    validation: { clockToleranceSeconds: 0, jwksMaxStaleSeconds: 3_600 },
  })
})

it.each([
  ['resource', 'BACKEND_API_RESOURCE or --resource is missing'],
  ['issuer', 'BACKEND_API_ISSUER or --issuer is missing'],
  ['database', 'BACKEND_API_DATABASE or --database is missing'],
] as const)('says that %s is missing', (name, message) => {
  const { [name]: _absent, ...rest } = ENOUGH
  expect(() => productionSettings(rest)).toThrow(message)
})

it('has no data folder outside of development', () => {
  expect(() => productionSettings({ ...ENOUGH, data: '/data' })).toThrow('--data needs --dev')
})

describe('the validation mode', () => {
  it('is introspection where there are credentials for it', () => {
    expect(productionSettings({ ...ENOUGH, ...CREDENTIALS }).validation).toMatchObject({
      mode: 'introspection',
      reason: 'there are introspection credentials',
      credentials: CREDENTIALS,
    })
  })

  it('is jwks where there are none', () => {
    expect(productionSettings(ENOUGH).validation).toMatchObject({
      mode: 'jwks',
      reason: 'there are no introspection credentials',
      credentials: undefined,
    })
  })

  it('is jwks when that was asked for, and the credentials are not used then', () => {
    expect(productionSettings({ ...ENOUGH, ...CREDENTIALS, validation: 'jwks' }).validation).toMatchObject({
      mode: 'jwks',
      reason: 'it was asked for',
      credentials: undefined,
    })
  })

  it('is never jwks when introspection was asked for', () => {
    expect(() => productionSettings({ ...ENOUGH, validation: 'introspection' })).toThrow(
      'BACKEND_API_CLIENT_ID',
    )
  })

  it('is not guessed from half of the credentials', () => {
    expect(() => productionSettings({ ...ENOUGH, clientId: 'api' })).toThrow(
      'BACKEND_API_CLIENT_SECRET is missing',
    )
    expect(() => productionSettings({ ...ENOUGH, clientSecret: 's' })).toThrow('BACKEND_API_CLIENT_ID')
  })
})
