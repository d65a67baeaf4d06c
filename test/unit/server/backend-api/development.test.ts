import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { developmentSettings } from '../../../../server/backend-api/development.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

let folder: TemporaryFolder
beforeEach(() => {
  folder = makeTemporaryFolder('development')
})
afterEach(() => folder.remove())

it('needs nothing, and validates by introspection with the shared credentials', async () => {
  const settings = await developmentSettings({}, folder.path)
  expect(settings).toMatchObject({
    resource: 'http://127.0.0.1:9001',
    issuer: 'http://127.0.0.1:9000',
    port: 9001,
    databaseFile: join(folder.path, 'authcli/backend-api/items.db'),
    dev: true,
    validation: { mode: 'introspection', credentials: { clientId: 'backend-api' } },
  })
})

it('names itself after its port', async () => {
  expect(await developmentSettings({ port: 9005 }, folder.path)).toMatchObject({
    resource: 'http://127.0.0.1:9005',
  })
  expect(await developmentSettings({ port: 9005, host: '::1' }, folder.path)).toMatchObject({
    resource: 'http://[::1]:9005',
  })
})

it('finds a free port and names itself after it', async () => {
  const { port, resource } = await developmentSettings({ port: 0 }, folder.path)
  expect(port).toBeGreaterThan(0)
  expect(resource).toBe(`http://127.0.0.1:${port}`)
})

it('keeps its data where it is told to', async () => {
  expect(await developmentSettings({ data: '/elsewhere' }, folder.path)).toMatchObject({
    databaseFile: '/elsewhere/items.db',
  })
})

it('can be asked for jwks', async () => {
  const { validation } = await developmentSettings({ validation: 'jwks' }, folder.path)
  expect(validation).toMatchObject({ mode: 'jwks', credentials: undefined })
})

it.each(['0.0.0.0', '192.168.1.1', '::', 'example.com'])('refuses to listen on %s (19)', async (host) => {
  await expect(developmentSettings({ host }, folder.path)).rejects.toThrow('--dev listens on loopback only')
})

it('refuses a resource or an issuer elsewhere (19)', async () => {
  await expect(developmentSettings({ resource: 'https://api.example' }, folder.path)).rejects.toThrow(
    'loopback',
  )
  await expect(developmentSettings({ issuer: 'https://as.example' }, folder.path)).rejects.toThrow('loopback')
})
