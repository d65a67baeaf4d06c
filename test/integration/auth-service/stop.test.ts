import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startServer } from '../../support/auth-service/command-line.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

let folder: TemporaryFolder
beforeEach(() => {
  folder = makeTemporaryFolder('stop')
})
afterEach(() => folder.remove())

/** Holds the write lock of the database, as a backup that hangs would, until it is released. */
function holdLock(): { release(): void } {
  const database = new Libsql(join(folder.path, 'auth-service.sqlite'))
  database.exec('begin immediate')
  return {
    release() {
      database.exec('rollback')
      database.close()
    },
  }
}

test('a stop that a database holds up is an exit, in the end', async () => {
  const devFile = join(folder.path, 'dev.json')
  const argv = ['--dev', '--port', '0', '--data', folder.path, '--dev-file', devFile]
  const server = startServer(argv, { stopLimitMs: 1 })
  const issuer = await server.listening
  const lock = holdLock()
  const body = new URLSearchParams({ client_id: 'nobody', client_secret: 'wrong' })
  const unanswered = fetch(`${issuer}/introspect`, { method: 'POST', body }).catch(() => undefined)
  const stopped = server.stop()
  expect(await server.forced).toBe(1)
  lock.release()
  await unanswered
  expect(await stopped).toBe(0)
})
