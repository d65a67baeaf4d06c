import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { copyTree } from '../support/copy-tree.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

/**
 * `npm run test:nodes [-- VERSION…]`: the whole suite on every major version of Node that the project
 * supports. The npm package `node` brings each binary. Each version gets a copy of the sources and an
 * `npm ci` of its own, so that no native module that was chosen or built for another version is loaded.
 */
const VERSIONS = ['20', '22', '24', '26']
const COUNTS = /^\d+ passed, \d+ failed(, \d+ skipped)?$/

interface Outcome {
  version: string
  ok: boolean
  summary: string
}

const versions = process.argv.length > 2 ? process.argv.slice(2) : VERSIONS
const logs = join(PROJECT_ROOT, '.tmp/nodes')
mkdirSync(logs, { recursive: true })
const outcomes: Outcome[] = []
for (const version of versions) outcomes.push(await testOn(version))
for (const { version, summary } of outcomes) process.stdout.write(`Node ${version.padEnd(4)} ${summary}\n`)
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1

async function testOn(version: string): Promise<Outcome> {
  const folder = makeTemporaryFolder(`node-${version}`)
  const log = join(logs, `${version}.log`)
  try {
    const node = join(folder.path, 'node')
    const project = join(folder.path, 'project')
    mkdirSync(node)
    copyTree(PROJECT_ROOT, project)
    const env = { ...process.env, PATH: join(node, 'node_modules/.bin') + delimiter + process.env['PATH'] }
    const commands: { command: string; cwd: string }[] = [
      { command: `npm install --no-save --prefix . node@${version}`, cwd: node },
      { command: 'node --version && npm ci', cwd: project },
      { command: 'npm test', cwd: project },
    ]
    let last = ''
    for (const { command, cwd } of commands) {
      process.stderr.write(`Node ${version}: ${command}\n`)
      const { code, lines } = await run(command, { cwd, env, log })
      last = lines.findLast((line) => COUNTS.test(line)) ?? `${command} ended with ${code}, see ${log}`
      if (code !== 0) return { version, ok: false, summary: last }
      if (command.startsWith('node')) process.stderr.write(`Node ${version}: ${lines[0]}\n`)
    }
    return { version, ok: true, summary: last }
  } finally {
    folder.remove()
  }
}

async function run(command: string, options: { cwd: string; env: NodeJS.ProcessEnv; log: string }) {
  const child = spawn(command, {
    cwd: options.cwd,
    env: options.env,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(options.log, { flags: 'a' })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      log.write(text)
    })
  }
  const [code] = await once(child, 'close')
  log.end()
  return { code, lines: output.split('\n') }
}
