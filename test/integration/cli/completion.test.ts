import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Home, makeHome, runAuthcli } from '../../support/cli/run-authcli.js'
import { proposals, SHELLS, type Shell } from '../../support/cli/shells.js'

const PROFILES = ['home', 'work']
const GLOBAL = ['--help', '--profile', '--quiet', '--verbose']

let home: Home
const scripts = new Map<Shell, string>()
let env: Record<string, string>

beforeAll(async () => {
  home = makeHome()
  // What the shells ask for names of profiles, and only for that.
  const names = `#!/bin/sh\n[ "$*" = 'profile list --names' ] && printf '%s\\n' ${PROFILES.join(' ')}\n`
  writeFileSync(join(home.path, 'authcli'), names, { mode: 0o700 })
  env = { PATH: `${home.path}:${process.env['PATH']}` }
  for (const shell of SHELLS) {
    const { exitCode, stdout, stderr } = await runAuthcli(home, ['completion', shell])
    expect([exitCode, stderr]).toEqual([0, ''])
    scripts.set(shell, stdout)
  }
})
afterAll(() => home.remove())

const proposed = (shell: Shell, line: string) =>
  proposals(shell, scripts.get(shell) ?? '', line, { folder: home.path, env })

/** The names of all commands, as the help has them. */
async function commandNames(): Promise<string[]> {
  const { stdout } = await runAuthcli(home, ['--help'])
  const list = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Examples:'))
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help')
}

describe.each(SHELLS)('the completion of %s', (shell) => {
  it('proposes every command', async () => {
    const names = await commandNames()
    expect(names).toContain('completion')
    expect(proposed(shell, 'authcli ')).toEqual(names.sort())
  })

  it.each<[string, string[]]>([
    ['authcli comp', ['completion']],
    ['authcli profile ', ['list', 'remove', 'use']],
    ['authcli profile use ', PROFILES],
    ['authcli profile use w', ['work']],
    ['authcli profile remove ', PROFILES],
    ['authcli --profile ', PROFILES],
    ['authcli get-items --profile h', ['home']],
    ['authcli completion ', ['bash', 'fish', 'zsh']],
    ['authcli login --store ', ['file', 'keychain', 'none']],
    ['authcli api P', ['PATCH', 'POST', 'PUT']],
    ['authcli session move --to ', ['file', 'keychain']],
    ['authcli get-items --js', ['--json', '--jsonl']],
    ['authcli --profile work get-items --js', ['--json', '--jsonl']],
    ['authcli --profile profile get-items --js', ['--json', '--jsonl']],
    ['authcli get-items --limit 5 --js', ['--json', '--jsonl']],
    ['authcli login --api https://api.example.com:8443/x --no-b', ['--no-browser']],
    ['authcli profile list --', ['--json', ...GLOBAL].sort()],
    ['authcli --ver', ['--verbose', '--version']],
    ['authcli nonsense --ver', ['--verbose', '--version']],
  ])('proposes for %j: %j', (line, expected) => {
    expect(proposed(shell, line)).toEqual(expected)
  })

  it('proposes what --flag=value can be', () => {
    const prefix = shell === 'fish' ? '--profile=' : ''
    expect(proposed(shell, 'authcli get-items --profile=wo')).toEqual([`${prefix}work`])
    expect(proposed(shell, 'authcli --profile=work profile u')).toEqual(['use'])
  })

  it.each(['authcli login --api ', 'authcli get-items --limit ', 'authcli profile use work '])(
    'proposes nothing, not even files, for %j',
    (line) => {
      expect(proposed(shell, line)).toEqual([])
    },
  )

  it('proposes files and programs where they are meant', () => {
    const files = shell === 'fish' ? [`completion.${shell}`] : ['(files)']
    const programs = shell === 'zsh' ? ['(commands)'] : ['authcli']
    const first = shell === 'fish' ? 'completion.f' : ''
    expect(proposed(shell, `authcli api POST /items --input ${first}`)).toEqual(files)
    expect(proposed(shell, 'authcli exec -- authcl')).toEqual(programs)
    expect(proposed(shell, `authcli exec -- sh --profile ${first}`)).toEqual(files)
  })

  it('shows no flag that the help does not show', () => {
    expect(scripts.get(shell)).not.toMatch(/--names(?! 2> \/dev\/null)/)
  })
})

describe('authcli completion', () => {
  it('of a shell that it does not know names those that it does', async () => {
    const { exitCode, stdout, stderr } = await runAuthcli(home, ['completion', 'tcsh'])
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/bash, zsh, fish/)
  })
})
