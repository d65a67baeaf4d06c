import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeDataFile } from '../../../../server/auth-service/data-file/write-data-file.js'
import { noRows, readAllRows } from '../../../../server/auth-service/store/all-rows.js'
import { runCommand } from '../../../support/auth-service/command-line.js'
import { DATABASES, SQLITE, type TestDatabase } from '../../../support/auth-service/databases.js'
import { everyTable } from '../../../support/auth-service/every-table.js'
import { endChild, startChild } from '../../../support/child.js'
import { PROJECT_ROOT } from '../../../support/project-root.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.js'

let folder: TemporaryFolder
let file: string
beforeEach(async () => {
  folder = makeTemporaryFolder('killed-import')
  file = join(folder.path, 'data')
  const source = await SQLITE.make()
  const store = await source.open()
  await everyTable(store)
  await writeDataFile(file, store, { kind: 'export', now: 1 })
  await source.remove()
})
afterEach(() => folder.remove())

describe.each(DATABASES)('on $name', ({ make }) => {
  let target: TestDatabase
  beforeEach(async () => {
    target = await make()
  })
  afterEach(() => target.remove())

  it('an import that is killed at its last table leaves an empty database, which the next one fills (60)', async () => {
    const program = join(PROJECT_ROOT, 'test/support/auth-service/import-until-killed.ts')
    const child = startChild(
      process.execPath,
      [
        join(PROJECT_ROOT, 'test/support/run-typescript.mjs'),
        program,
        JSON.stringify(target.location),
        file,
        'password_links',
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    if (!child.stdout) throw new Error('the process has no output')
    await once(child.stdout, 'data')
    await endChild(child, 'SIGKILL')

    const counts = noRows()
    await readAllRows(await target.open(), async ({ table, rows }) => {
      counts[table] += rows.length
    })
    expect(counts).toEqual(noRows())
    const { location } = target
    const env: Record<string, string> =
      'url' in location ? { DATABASE_URL: location.url } : { AUTH_SERVICE_DATABASE: location.path }
    expect(await runCommand(['import', file], { env })).toMatchObject({ code: 0 })
  })
})
