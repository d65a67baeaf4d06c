import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Script } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeCacheOf } from '../../bin/code-cache.js'
import { type ApiDouble, startApiDouble } from '../support/cli/api-double.js'
import { emptyHome } from '../support/empty-home.js'
import { programFile } from '../support/program-file.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

const SCRIPTS = join(dirname(programFile('authcli')), 'chunks')
const scriptsOf = (folder: string) => readdirSync(folder).filter((name) => !name.endsWith('.cache'))

const folder = makeTemporaryFolder('code-cache')
let api: ApiDouble
beforeAll(async () => {
  api = await startApiDouble('https://auth.example.com')
})
afterAll(async () => {
  await api.stop()
  folder.remove()
})

/** Runs `get-items` of a built authcli, which needs chunks of every kind. */
async function getItems(program: string, more: Record<string, string> = {}) {
  const env = { ...emptyHome(folder.path), AUTHCLI_TOKEN: 'token', AUTHCLI_API: api.resource, ...more }
  const child = spawn(process.execPath, [program, 'get-items'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code, stdout, stderr }
}

/** A copy of the built authcli whose caches are changed. */
function copyWith(name: string, change: (cache: string) => void): string {
  const copy = join(folder.path, name)
  cpSync(dirname(programFile('authcli')), copy, { recursive: true })
  const caches = readdirSync(join(copy, 'chunks')).filter((file) => file.endsWith('.cache'))
  for (const cache of caches) change(join(copy, 'chunks', cache))
  return join(copy, 'authcli.cjs')
}

describe('what the build leaves of compiled code', () => {
  it('is there for what is large and needed often, and taken by V8', () => {
    const scripts = scriptsOf(SCRIPTS).filter((name) => existsSync(codeCacheOf(join(SCRIPTS, name))))
    const isTaken = (name: string) => {
      const path = join(SCRIPTS, name)
      const cachedData = readFileSync(codeCacheOf(path))
      return !new Script(readFileSync(path, 'utf8'), { filename: path, cachedData }).cachedDataRejected
    }
    expect(scripts).toEqual(expect.arrayContaining(['authcli.cjs', expect.stringMatching(/^http-exchange-/)]))
    expect(scripts.filter(isTaken)).toEqual(scripts)
  })

  it.each([
    ['is missing, as with another Node', (cache: string) => rmSync(cache)],
    ['is cut', (cache: string) => truncateSync(cache, Math.floor(statSync(cache).size / 2))],
    ['is empty', (cache: string) => truncateSync(cache)],
  ])('is not needed: authcli runs when it %s', async (name, change) => {
    const outcome = await getItems(copyWith(name, change))
    expect(outcome).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  it('is not needed: authcli runs in a Node with other flags for V8', async () => {
    const outcome = await getItems(programFile('authcli'), {
      NODE_OPTIONS: '--stack-trace-limit=7 --max-old-space-size=200',
    })
    expect(outcome).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })
})

describe('a processor without SIMD', () => {
  it('gets the parser of HTTP that needs none', async () => {
    const outcome = await getItems(programFile('authcli'), { UNDICI_NO_WASM_SIMD: '1' })
    expect(outcome).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })
})
