import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
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

describe('the library, in a project that has installed the package', () => {
  const project = join(folder.path, 'project')
  const uses = (callee: string) => `
    const session = createSession({ application: 'notes', clientId: 'notes', api: 'https://api.example.com' })
    const answer: Promise<Response> = session.fetch('items', { method: 'DELETE' })
    // @ts-expect-error a login has to show where
    export const incomplete = () => session.login({})
    answer.catch((error: unknown) => {
      if (error instanceof AuthcliError) console.log('${callee}', error.code satisfies string)
    })`
  const programs = {
    'module.mts': `import { AuthcliError, createSession } from 'authcli'\n${uses('import')}`,
    'common.cts': `import { AuthcliError, createSession } from 'authcli'\n${uses('require')}`,
  }

  beforeAll(() => {
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true })
    symlinkSync(join(prefix, 'lib/node_modules/authcli'), join(project, 'node_modules/authcli'))
    symlinkSync(join(PROJECT_ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'))
    const compilerOptions = {
      module: 'nodenext',
      strict: true,
      types: ['node'],
      exactOptionalPropertyTypes: true,
    }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(project, name), text)
    const readme = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8')
    const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
    writeFileSync(join(project, 'readme.mts'), example)
  })

  it('has types, for modules and for CommonJS, and the README uses it as it is', () => {
    const tsc = join(PROJECT_ROOT, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc], { cwd: project, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })

  it.each([
    ['module.mjs', 'import'],
    ['common.cjs', 'require'],
  ])('runs as %s, and throws its own errors', (name, callee) => {
    const { stdout, stderr } = spawnSync(process.execPath, [name], {
      cwd: project,
      encoding: 'utf8',
      env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    })
    expect({ stdout, stderr }).toEqual({ stdout: `${callee} API_UNREACHABLE\n`, stderr: '' })
  })
})
