import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runOn } from '../../../support/auth-service/data-files.js'
import { SQLITE, type TestDatabase } from '../../../support/auth-service/databases.js'
import { everyTable } from '../../../support/auth-service/every-table.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

describe('a file of data', () => {
  let folder: TemporaryFolder
  let file: string
  let database: TestDatabase
  beforeEach(async () => {
    folder = makeTemporaryFolder('data-files')
    file = join(folder.path, 'data')
    database = await SQLITE.make()
    await everyTable(await database.open())
  })
  afterEach(async () => {
    await database.remove()
    folder.remove()
  })

  it.each(['backup', 'export'])(
    '%s can be read by this user only, and leaves nothing beside it',
    async (kind) => {
      expect(await runOn(database, [kind, file])).toMatchObject({ code: 0 })
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(readdirSync(folder.path)).toEqual(['data'])
    },
  )

  it.each([
    ['a file', () => writeFileSync(file, 'mine')],
    [
      'a link to a file',
      () => {
        writeFileSync(join(folder.path, 'other'), 'mine')
        symlinkSync('other', file)
      },
    ],
    ['a link to nowhere', () => symlinkSync('nowhere', file)],
  ])('takes the place of nothing: %s', async (_what, put) => {
    put()
    const before = readdirSync(folder.path)
    expect(await runOn(database, ['backup', file])).toMatchObject({
      code: 1,
      stderr: `auth-service: ${file} is there already\nauth-service: hint: give a name that is not taken\n`,
    })
    expect(readdirSync(folder.path)).toEqual(before)
    if (before.includes('other')) expect(readFileSync(join(folder.path, 'other'), 'utf8')).toBe('mine')
  })

  it.each(['backup', 'export'])(
    '%s is made of no database that is not there, nor is that one',
    async (kind) => {
      const path = join(folder.path, 'typo', 'auth-service.sqlite')
      expect(await runOn(database, [kind, file, '--database', path])).toEqual({
        code: 1,
        stdout: '',
        stderr: `auth-service: there is no database ${path}\nauth-service: hint: name it with --database, --data or AUTH_SERVICE_DATABASE\n`,
      })
      expect(readdirSync(folder.path)).toEqual([])
    },
  )

  it('says in one line that its folder is not there', async () => {
    expect(await runOn(database, ['backup', join(folder.path, 'no', 'data')])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^auth-service: ENOENT.*\n$/),
    })
  })
})
