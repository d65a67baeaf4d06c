import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LEGS } from '../demo/legs.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.js'

let folder: TemporaryFolder
beforeEach(() => {
  folder = makeTemporaryFolder('demo-test')
})
afterEach(() => folder.remove())

/** Starts the demo as `npm run demo` does, in a temporary folder that is all its own. */
function startDemo(): ChildProcess {
  const runner = join(PROJECT_ROOT, 'test/support/run-typescript.mjs')
  return spawn(process.execPath, [runner, join(PROJECT_ROOT, 'test/demo/main.ts')], {
    cwd: PROJECT_ROOT,
    env: { PATH: process.env['PATH'], HOME: folder.path, TMPDIR: folder.path },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Reads what it shows, tells each line, and resolves with everything and the exit code. */
async function watch(demo: ChildProcess, tell: (line: string) => void = () => {}) {
  const lines: string[] = []
  if (!demo.stdout) throw new Error('the demo has no output')
  createInterface(demo.stdout).on('line', (line) => {
    lines.push(line)
    tell(line)
  })
  const [code] = await once(demo, 'close')
  return { code, lines }
}

/** The process that runs this program as a child of the demo. */
function childOf(demo: ChildProcess, program: string): number {
  const pid = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false
    const [stat, command] = [readProcess(name, 'stat'), readProcess(name, 'cmdline')]
    return stat.split(') ')[1]?.split(' ')[1] === String(demo.pid) && command.includes(program)
  })
  if (pid === undefined) throw new Error(`${program} does not run`)
  return Number(pid)
}

/** Empty for a process that has ended meanwhile. */
function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

describe('npm run demo, without a person', () => {
  it('shows every leg with a tick and its time, in order, and leaves nothing behind', async () => {
    const { code, lines } = await watch(startDemo())
    const ticks = lines.filter((line) => /^✓ +\d+ .* \d+\.\d\d s$/.test(line))
    expect(ticks.map((line) => Number(/^✓ +(\d+)/.exec(line)?.[1]))).toEqual(
      LEGS.map((_, index) => index + 1),
    )
    expect(code).toBe(0)
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('says which leg did not happen, exits 1, and leaves nothing behind', async () => {
    const demo = startDemo()
    const { code, lines } = await watch(demo, (line) => {
      if (/^✓ +8 /.test(line)) process.kill(childOf(demo, 'backend-api'), 'SIGKILL')
    })
    expect(lines.join('\n')).toMatch(/^✗ +9 /m)
    expect(lines.at(-1)).toMatch(/^leg 9 did not happen: missing /)
    expect(code).toBe(1)
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('tidies up when it is interrupted', async () => {
    const demo = startDemo()
    const { code } = await watch(demo, (line) => {
      if (/^✓ +2 /.test(line)) demo.kill('SIGINT')
    })
    expect(code).toBe(130)
    expect(readdirSync(folder.path)).toEqual([])
  })
})
