import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeDataFile } from '../../../../../server/auth-service/data-file/write-data-file.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.js'

const { link } = vi.hoisted(() => ({ link: vi.fn() }))
vi.mock(import('node:fs/promises'), async (importOriginal) => ({ ...(await importOriginal()), link }))

let folder: TemporaryFolder
let path: string
let store: TestStore
beforeEach(async () => {
  folder = makeTemporaryFolder('write-data-file')
  path = join(folder.path, 'data')
  store = await openTestStore()
})
afterEach(async () => {
  await store.remove()
  folder.remove()
  link.mockReset()
})

const write = () => writeDataFile(path, store, { kind: 'backup', now: 7 })

/** What a file system says that can't do it. */
function refuse(code: string): void {
  link.mockImplementationOnce(() => Promise.reject(Object.assign(new Error(code), { code })))
}

describe('where there are no hard links, a file', () => {
  it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])('has its name all the same: %s', async (code) => {
    refuse(code)
    await write()
    expect(readdirSync(folder.path)).toEqual(['data'])
    expect(readFileSync(path, 'utf8')).toMatch(/"sha256":"[0-9a-f]{64}"\}\n$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('takes the place of none that has come meanwhile', async () => {
    link.mockImplementationOnce(() => {
      writeFileSync(path, 'mine')
      return Promise.reject(Object.assign(new Error('no links'), { code: 'ENOTSUP' }))
    })
    await expect(write()).rejects.toThrow(`${path} is there already`)
    expect(readdirSync(folder.path)).toEqual(['data'])
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })
})

it('leaves nothing behind where its name can’t be given', async () => {
  refuse('EIO')
  await expect(write()).rejects.toThrow('EIO')
  expect(readdirSync(folder.path)).toEqual([])
})
