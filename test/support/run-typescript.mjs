/**
 * Runs a TypeScript program of this folder on every Node that the project supports, the oldest of which
 * cannot: `node test/support/run-typescript.mjs test/demo/main.ts …`. The program is bundled into one module
 * (packages stay outside), which lies inside the project, to find them, and removes itself once it is loaded.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const [entry, ...args] = process.argv.slice(2)
if (entry === undefined) throw new Error('usage: node test/support/run-typescript.mjs PROGRAM.ts [ARGUMENT…]')

const folder = join(projectRoot, '.tmp')
mkdirSync(folder, { recursive: true })
const bundle = join(folder, `run-${process.pid}.mjs`)
await build({
  entryPoints: [resolve(entry)],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  banner: { js: '(await import("node:fs")).rmSync(new URL(import.meta.url));' },
  logLevel: 'error',
})
process.argv = [process.argv[0], resolve(entry), ...args]
process.setSourceMapsEnabled(true)
await import(pathToFileURL(bundle).href)
