import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROJECT_ROOT } from '../../support/project-root.js'
import { makeTemporaryFolder } from '../../support/temporary-folder.js'

it('says in one line that the SQLite driver is missing, where npm could not install it', () => {
  const folder = makeTemporaryFolder('missing-driver')
  const modules = join(folder.path, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(PROJECT_ROOT, 'node_modules'))) {
    if (name !== 'libsql') symlinkSync(join(PROJECT_ROOT, 'node_modules', name), join(modules, name))
  }
  for (const part of ['dist', 'package.json']) {
    cpSync(join(PROJECT_ROOT, part), join(folder.path, part), { recursive: true })
  }
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(folder.path, 'dist/bin/backend-api.js'), '--dev', '--port', '0'],
    { encoding: 'utf8', env: { HOME: folder.path } },
  )
  expect(status).toBe(1)
  expect(stderr).toBe('backend-api: the SQLite driver is missing: npm install libsql\n')
  folder.remove()
})
