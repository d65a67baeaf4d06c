import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { shareDevFile } from '../../../../server/backend-api/dev-file.js'
import { StartError } from '../../../../server/backend-api/errors.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

const RESOURCE = 'http://127.0.0.1:9001'

let folder: TemporaryFolder
let path: string
beforeEach(() => {
  folder = makeTemporaryFolder('dev-file')
  path = join(folder.path, 'deep', 'dev.json')
})
afterEach(() => folder.remove())

it('makes the file with a fresh secret, for its owner only', async () => {
  const shared = await shareDevFile(path, RESOURCE)
  expect(shared).toEqual({
    version: 1,
    issuer: 'http://127.0.0.1:9000',
    resource: RESOURCE,
    clientId: 'backend-api',
    clientSecret: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(shared)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('takes what the other program wrote', async () => {
  const theirs = {
    version: 1,
    issuer: 'http://127.0.0.1:1',
    resource: RESOURCE,
    clientId: 'a',
    clientSecret: 'b',
  }
  await shareDevFile(path, RESOURCE)
  writeFileSync(path, JSON.stringify(theirs))
  expect(await shareDevFile(path, RESOURCE)).toEqual(theirs)
})

it('corrects its own half and leaves the other alone', async () => {
  const first = await shareDevFile(path, RESOURCE)
  const second = await shareDevFile(path, 'http://127.0.0.1:9999')
  expect(second).toEqual({ ...first, resource: 'http://127.0.0.1:9999' })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(second)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('agrees on one secret when two start at once, and leaves nothing beside the file', async () => {
  const shared = await Promise.all(Array.from({ length: 8 }, () => shareDevFile(path, RESOURCE)))
  expect(new Set(shared.map(({ clientSecret }) => clientSecret)).size).toBe(1)
  expect(readdirSync(dirname(path))).toEqual(['dev.json'])
})

it.each([
  ['half a file', '{"version":1,'],
  ['a newer version', '{"version":2}'],
  [
    'an empty secret',
    JSON.stringify({ version: 1, issuer: 'i', resource: 'r', clientId: 'c', clientSecret: '' }),
  ],
])('does not start on %s, and leaves it as it is', async (_what, text) => {
  await shareDevFile(path, RESOURCE)
  writeFileSync(path, text)
  await expect(shareDevFile(path, RESOURCE)).rejects.toThrow(StartError)
  expect(readFileSync(path, 'utf8')).toBe(text)
})

it('names the file that it cannot write', async () => {
  await shareDevFile(path, RESOURCE)
  await expect(shareDevFile(join(path, 'below-a-file'), RESOURCE)).rejects.toThrow('below-a-file')
})
