import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { listAccounts } from '../../../../server/auth-service/store/accounts.js'
import { openStore } from '../../../../server/auth-service/store/open-store.js'
import { freshDatabase } from '../../../support/fresh-database.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'
import { TEST_CERTIFICATE } from '../../../support/test-certificate.js'

let folder: TemporaryFolder
let url: URL
beforeEach(async () => {
  folder = makeTemporaryFolder('postgres-places')
  url = new URL(await freshDatabase())
})
afterEach(() => folder.remove())

/** Opens the database and asks it something. */
async function opens(): Promise<void> {
  const store = await openStore({ url: url.href }, Date.now)
  try {
    expect(await listAccounts(store.read)).toEqual([])
  } finally {
    await store.close()
  }
}

function trust(authority: string): void {
  const path = join(folder.path, 'authority.pem')
  writeFileSync(path, authority)
  url.searchParams.set('sslrootcert', path)
}

// Another server's certificates and sockets are its own affair.
const socketFolder = inject('postgresSocketFolder')
if (socketFolder !== undefined) {
  test('is opened over TLS from a server whose authority is named', async () => {
    url.searchParams.set('sslmode', 'verify-full')
    trust(TEST_CERTIFICATE.authority)
    await opens()
  })

  test('is not opened over TLS from a server that nobody vouches for', async () => {
    url.searchParams.set('sslmode', 'verify-full')
    await expect(opens()).rejects.toThrow(/^the database can't be opened: .*certificate/)
  })

  test('is not opened over TLS from a server of another name', async () => {
    url.searchParams.set('sslmode', 'verify-full')
    trust(TEST_CERTIFICATE.authority)
    url.hostname = 'localhost'
    await expect(opens()).rejects.toThrow(/^the database can't be opened: .*certificate/)
  })

  test('is opened by its socket', async () => {
    url.searchParams.set('host', socketFolder)
    url.hostname = 'nobody.invalid'
    await opens()
  })
}

test('that is not there is a sentence that keeps the password to itself', async () => {
  url.port = '1'
  const error = await opens().catch((thrown: Error) => thrown)
  expect(error).toMatchObject({
    message: expect.stringMatching(/^the database can't be opened: .*ECONNREFUSED/),
  })
  expect(String(error)).not.toContain(url.password)
})

test('with a wrong password is a sentence that keeps it to itself', async () => {
  url.password = 'not-this-one'
  const error = await opens().catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ message: expect.stringMatching(/^the database can't be opened: password/) })
  expect(String(error)).not.toContain('not-this-one')
})
