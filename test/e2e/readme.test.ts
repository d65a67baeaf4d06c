import { type ChildProcess, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChild } from '../support/child.js'
import { emptyHome } from '../support/empty-home.js'
import { type Keyring, startKeyring } from '../support/keyring.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import { type Services, startServices } from '../support/services.js'
import { signIn } from '../support/sign-in.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

const readme = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8')
const manifest = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'))

/** The lines of all shell blocks, without their comments. */
const commands = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap(([, block = '']) => block.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '')

const ofAuthcli = commands.filter((line) => line.startsWith('authcli '))
const ofOperator = commands.filter((line) =>
  /^auth-service (accounts|clients|resources|providers) /.test(line),
)

let services: Services
let keyring: Keyring
const folder = makeTemporaryFolder('readme')
let env: Record<string, string>

beforeAll(async () => {
  services = await startServices({ folder: folder.path })
  keyring = await startKeyring()
  const path = join(folder.path, 'installed')
  mkdirSync(path)
  for (const [name, file] of Object.entries<string>(manifest.bin))
    symlinkSync(join(PROJECT_ROOT, file), join(path, name))
  // jq may not be on this machine: what matters is that it would get JSON.
  const readJson = "process.stdin.setEncoding('utf8').toArray().then((text) => JSON.parse(text.join('')))"
  writeFileSync(join(path, 'jq'), `#!${process.execPath}\n${readJson}\n`, { mode: 0o755 })
  const searchPath = `${path}:${dirname(process.execPath)}:${process.env['PATH']}`
  env = { ...emptyHome(folder.path), ...keyring.env, PATH: searchPath }
})
afterAll(async () => {
  await services?.stop()
  await keyring?.stop()
  folder.remove()
})

/** A line of the README, with the addresses of this run's services in place of those of `--dev`. */
function here(line: string): string {
  return line.replace('http://127.0.0.1:9001', services.api)
}

/** Logs in with the line of the README, to which only the way of opening the browser is added. */
async function logIn(line: string): Promise<string> {
  const child: ChildProcess = startChild('bash', ['-c', `${here(line)} --no-browser`], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const address = new Promise<string>((resolve) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [url] = /https?:\/\/\S+\/auth\/authorize\?\S+/.exec(said) ?? []
      if (url !== undefined && said.includes(`${url}\n`)) resolve(url)
    })
  })
  const ended = once(child, 'close')
  await signIn(createUserAgent(), await address, services.account)
  const [code] = await ended
  if (code !== 0) throw new Error(`${line} ended with ${code}:\n${said}`)
  return said
}

describe('README.md', () => {
  it('names only npm scripts that exist', () => {
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([])
  })

  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)|src="([^"]+)"/g)].map(
      ([, link, source]) => link ?? source ?? '',
    )
    expect(links.length).toBeGreaterThan(3)
    expect(links.filter((link) => !existsSync(join(PROJECT_ROOT, link)))).toEqual([])
  })

  it('shows how to start the services as they are started here', () => {
    expect(commands).toContain('auth-service --dev')
    expect(commands).toContain('backend-api --dev')
  })

  it('shows commands of authcli that all work, in their order', async () => {
    expect(ofAuthcli.length).toBeGreaterThan(5)
    for (const line of ofAuthcli) {
      if (line.startsWith('authcli login')) {
        expect(await logIn(line)).toContain('logged in as')
        continue
      }
      expect(outcome(line)).toEqual({ line, status: 0, stderr: '' })
    }
  })

  it('shows commands of the operator that all work', () => {
    expect(ofOperator.length).toBeGreaterThan(2)
    const settings = {
      AUTH_SERVICE_DATABASE: join(folder.path, 'production.db'),
      AUTH_SERVICE_SECRET: randomBytes(32).toString('base64'),
      AUTH_SERVICE_ISSUER: 'https://login.example.com',
    }
    for (const line of ofOperator) expect(outcome(line, settings)).toEqual({ line, status: 0, stderr: '' })
  })
})

/** How a line of the README went; what a command that worked says to a person does not matter here. */
function outcome(line: string, settings: Record<string, string> = {}) {
  const { status, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', here(line)], {
    env: { ...env, ...settings },
    input: 'correct horse battery staple\n',
    encoding: 'utf8',
  })
  return { line, status, stderr: status === 0 ? '' : stderr }
}
