import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { loadArgon2id } from '../../../../../server/auth-service/passwords.js'
import { openStore } from '../../../../../server/auth-service/store/open-store.js'
import { makeTemporaryFolder } from '../../../../support/temporary-folder.js'

afterEach(() => {
  for (const name of ['libsql', 'pg', '@node-rs/argon2']) vi.doUnmock(name)
})

function missing(name: string): void {
  vi.doMock(name, () => {
    throw new Error(`Cannot find package '${name}'`)
  })
}

test.each([
  ['libsql', () => openStore({ path: '/nowhere/db.sqlite' }, Date.now)],
  ['pg', () => openStore({ url: 'postgres://127.0.0.1:1/auth' }, Date.now)],
])('says in a line that the package %s is missing', async (name, open) => {
  missing(name)
  await expect(open()).rejects.toMatchObject({
    message: `the package ${name}, which this database needs, is not installed`,
    hint: `npm install ${name}`,
  })
})

test('says in a line that the package of Argon2 is missing', async () => {
  missing('@node-rs/argon2')
  await expect(loadArgon2id()).rejects.toMatchObject({
    message: 'the package @node-rs/argon2, which hashes passwords, is not installed',
    hint: 'npm install @node-rs/argon2',
  })
})

test.each(['127.0.0.1', 'localhost'])(
  'says in a line that nobody answers at %s, and nothing of the password (53)',
  async (host) => {
    const opened = openStore({ url: `postgres://ada:canary@${host}:1/auth` }, Date.now)
    await expect(opened).rejects.toThrow(/^the database can't be opened: connect ECONNREFUSED \S+:1$/)
  },
)

test('says in a line that a folder can not be made', async () => {
  const folder = makeTemporaryFolder('open-store')
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  const opened = openStore({ path: join(file, 'db.sqlite') }, Date.now)
  await expect(opened).rejects.toThrow(/^the database can't be opened: (EEXIST|ENOTDIR)/)
  folder.remove()
})
