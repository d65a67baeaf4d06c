import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiDouble, startApiDouble } from '../../support/cli/api-double.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'
import { startProgram } from '../../support/processes.js'
import { type KeychainLogin, logInToKeychain } from '../../support/session/keychain-login.js'
import { makeTemporaryFolder } from '../../support/temporary-folder.js'

/** By what a built file shows that it holds a package. */
const MARKS = {
  undici: 'node_modules/undici/',
  'openid-client': 'openid-client/v',
  commander: 'node_modules/commander/',
}

/** Runs before authcli and writes at its end which scripts it loaded, be it through `require` or by itself. */
const RECORDER = `
const vm = require('node:vm')
const files = []
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    files.push(options.filename)
  }
}
const { writeFileSync } = require('node:fs')
process.on('exit', () => {
  writeFileSync(process.env.LOADED_FILES, JSON.stringify([...files, ...Object.keys(require.cache)]))
})`

const folder = makeTemporaryFolder('loaded')
let keyring: Keyring
let login: KeychainLogin
let api: ApiDouble
beforeAll(async () => {
  writeFileSync(join(folder.path, 'recorder.cjs'), RECORDER)
  keyring = await startKeyring()
  api = await startApiDouble('https://auth.example.com')
  login = await logInToKeychain(folder.path, keyring.env, { resource: api.resource })
})
afterAll(async () => {
  await Promise.all([api.stop(), keyring.stop()])
  folder.remove()
})

/** Runs a command of the built authcli; gives its exit code and the packages whose code it loaded. */
async function run(args: string[], more: Record<string, string> = {}) {
  const record = join(folder.path, 'loaded.json')
  const env = {
    ...login.env,
    ...more,
    NODE_OPTIONS: `--require ${join(folder.path, 'recorder.cjs')}`,
    LOADED_FILES: record,
  }
  const { code } = await startProgram('authcli', args, { env, input: '' }).exited
  const files: string[] = JSON.parse(readFileSync(record, 'utf8'))
  const texts = files.filter((file) => !file.endsWith('.node')).map((file) => readFileSync(file, 'utf8'))
  const packages = Object.entries(MARKS).flatMap(([name, mark]) =>
    texts.some((text) => text.includes(mark)) ? [name] : [],
  )
  if (files.some((file) => file.includes('keytar'))) packages.push('keytar')
  return { code, packages }
}

describe('the version', () => {
  it('is told before anything is loaded', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, packages: [] })
  })
})

describe('what needs no network loads nothing for it', () => {
  it.each([
    [['--help'], 0],
    [['get-items', '--help'], 0],
    [['no-such-command'], 2],
    [['get-items', '--limit', 'many'], 2],
    [['status'], 0],
    [['status', '--json'], 0],
    [['get-items', '--profile', 'nobody'], 4],
    [['status', '--profile', 'nobody'], 4],
    [['logout', '--profile', 'nobody'], 4],
    [['login', '--api', 'https://api.example.com'], 4],
  ])('authcli %j', async (args, code) => {
    expect(await run(args)).toEqual({ code, packages: ['commander'] })
  })
})

describe('get-items with a good token', () => {
  it('loads the HTTP client, and nothing to log in or refresh with', async () => {
    expect(await run(['get-items'])).toEqual({ code: 0, packages: ['undici', 'commander'] })
  })
})
