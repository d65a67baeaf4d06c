import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyHome } from '../support/empty-home.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

const COMMANDS = ['authcli', 'auth-service', 'backend-api']
const folder = makeTemporaryFolder('packaging')
const prefix = join(folder.path, 'prefix')
afterAll(folder.remove)

/** What is on the PATH of a person without a compiler: Node, npm, a shell. */
function pathWithoutCompiler(): string {
  const path = join(folder.path, 'path')
  mkdirSync(path)
  const wanted = ['node', 'npm', 'sh', 'env', 'uname']
  for (const name of wanted) {
    const place = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(':')].find((each) =>
      existsSync(join(each, name)),
    )
    if (place) symlinkSync(join(place, name), join(path, name))
  }
  return path
}

beforeAll(() => {
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim()
  const options = {
    cwd: folder.path,
    encoding: 'utf8',
    env: { ...emptyHome(folder.path), PATH: pathWithoutCompiler(), npm_config_cache: cache },
  } as const
  // Built already, by the run itself: packing must not rebuild what other tests may be using.
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder.path, PROJECT_ROOT], options)
  const tarball = readdirSync(folder.path).find((name) => name.endsWith('.tgz')) ?? 'no tarball'
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['install', '--global', '--prefer-offline', '--prefix', prefix, join(folder.path, tarball)],
    options,
  )
  if (status !== 0) throw new Error(`npm install of the tarball failed:\n${stdout}${stderr}`)
})

/** Runs an installed command with nothing of ours in its environment. */
function run(command: string, ...args: string[]) {
  return spawnSync(join(prefix, 'bin', command), args, {
    cwd: folder.path,
    encoding: 'utf8',
    env: { ...emptyHome(folder.path), PATH: dirname(process.execPath) },
  })
}

describe.each(COMMANDS)('%s, installed from the packed tarball without a compiler', (command) => {
  it('tells its version on stdout and nothing else', () => {
    const { status, stdout, stderr } = run(command, '--version')
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' })
  })

  it('tells how it is used on stdout and nothing else', () => {
    const { status, stdout, stderr } = run(command, '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(`Usage: ${command}`)
  })
})

describe('the package', () => {
  it('holds the built programs and no source, test or secret', () => {
    const files = readdirSync(join(prefix, 'lib/node_modules/authcli'), { recursive: true, encoding: 'utf8' })
    const own = files.filter((file) => !file.startsWith('node_modules'))
    expect(
      own.filter((file) => /\.ts$|(^|\/)(test|\.env|\.npmrc)/.test(file) && !file.endsWith('.d.ts')),
    ).toEqual([])
  })

  it('brings the native modules of the servers for this system', () => {
    const modules = readdirSync(join(prefix, 'lib/node_modules/authcli/node_modules'))
    expect(modules).toEqual(expect.arrayContaining(['libsql', 'pg', '@node-rs', 'keytar']))
  })
})
