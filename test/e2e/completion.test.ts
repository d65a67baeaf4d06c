import { readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { placeLogin } from '../support/cli/placed-login.js'
import { type Home, makeHome } from '../support/cli/run-authcli.js'
import { SHELLS, startInteractiveShell } from '../support/cli/shells.js'
import { programFile } from '../support/program-file.js'
import { TEST_ISSUER, TEST_RESOURCE } from '../support/session/test-session.js'

let home: Home
beforeEach(async () => {
  home = makeHome()
  for (const name of ['home', 'work']) {
    await placeLogin(home, { api: TEST_RESOURCE, issuer: TEST_ISSUER }, { name })
  }
})
afterEach(() => home.remove())

it.each(SHELLS)('the Tab key of %s completes commands and the names of profiles', async (shell) => {
  symlinkSync(programFile('authcli'), join(home.path, 'authcli'))
  const path = `${home.path}:${dirname(process.execPath)}:${process.env['PATH']}`
  const terminal = await startInteractiveShell(shell, { folder: home.path, env: { PATH: path } })
  terminal.type('authcli prof\tus\two\t\r')
  await terminal.shows('the current profile is')
  await terminal.end()
  const configuration = readFileSync(join(home.path, '.config/authcli/config.json'), 'utf8')
  expect(JSON.parse(configuration).current).toBe('work')
})
