/**
 * Builds the command authcli, for short runs: `dist/bin/authcli.cjs`, which answers `--version` by itself, and
 * scripts with chunks that are loaded when they are needed: see `bin/load-chunk.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import { build } from 'esbuild'
import { AS_COMMONJS, bundle, EXTERNAL, OPTIONS } from './bundle.mjs'

const MAIN_SCRIPT = 'authcli.cjs'
const BEGINNING = 'bin/run-authcli.ts'
/** What most runs need: the beginning of all, and the commands that scripts call again and again. */
const MOST_RUNS = [BEGINNING, 'src/cli/token.ts', 'src/cli/get-items.ts', 'src/cli/status.ts']

/** To compile less than this takes no longer than to read a file. */
const MIN_CACHED_BYTES = 16_384

/** @param folder where `dist/` is made */
export async function buildAuthcli(folder) {
  const place = join(folder, 'bin/chunks')
  const chunks = await bundle(BEGINNING)
  const main = behind(MOST_RUNS, chunks)
  const scripts = [
    { name: MAIN_SCRIPT, chunks: main },
    ...chunks
      .filter((chunk) => !main.includes(chunk))
      .map((chunk) => ({ name: chunk.name, chunks: [chunk] })),
  ]
  const { codeCacheOf } = await importSource('bin/code-cache.ts')
  mkdirSync(place, { recursive: true })
  for (const script of scripts) {
    const path = join(place, script.name)
    const text = await formatScript(script.chunks)
    writeFileSync(path, text)
    const cache = text.length < MIN_CACHED_BYTES ? undefined : compile(text, script.name)
    if (cache !== undefined) writeFileSync(codeCacheOf(path), cache)
  }
  await writeEntry(folder, chunks.find(({ entry }) => entry === BEGINNING).name)
}

/** The chunks of some source files, and all that these can't be loaded without. */
function behind(entries, chunks) {
  const found = new Set()
  const add = (chunk) => {
    if (found.has(chunk)) return
    found.add(chunk)
    for (const each of chunks) if (chunk.needs.includes(each.name)) add(each)
  }
  for (const entry of entries) {
    const chunk = chunks.find((each) => each.entry === entry)
    if (chunk === undefined) throw new Error(`${entry} has no chunk of its own: is it loaded by import()?`)
    add(chunk)
  }
  return [...found]
}

/**
 * The text of a script: a function of CommonJS, which exports a function for each of its chunks. Those of one script
 * are bundled into one another, and yet each begins only when it is asked for.
 */
async function formatScript(chunks) {
  const texts = new Map(chunks.map(({ name, text }) => [`./${name}`, text]))
  const chunksOfScript = {
    name: 'chunks-of-script',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path }) =>
        texts.has(path) ? { path, namespace: 'chunk' } : { path, external: true },
      )
      onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({ contents: texts.get(path) }))
    },
  }
  const exported = [...texts.keys()].map((name) => `'${name}': () => require('${name}')`)
  const { outputFiles } = await build({
    ...AS_COMMONJS,
    stdin: { contents: `module.exports = {${exported}}` },
    bundle: true,
    write: false,
    external: EXTERNAL,
    plugins: [chunksOfScript],
  })
  return `(function(exports,module,require){${outputFiles[0].text}})\n`
}

/** What V8 makes of a script, every function of it; undefined where V8 would not take it back. */
function compile(text, filename) {
  setFlagsFromString('--no-lazy')
  const script = new Script(text, { filename })
  setFlagsFromString('--lazy')
  const cachedData = script.createCachedData()
  return new Script(text, { filename, cachedData }).cachedDataRejected ? undefined : cachedData
}

/** Writes the file that Node runs: `bin/authcli.ts`, whose `import('./run-authcli.js')` asks for a chunk. */
async function writeEntry(folder, beginning) {
  const contents = `
    import { createChunkLoader } from './load-chunk.js'
    export const { runAuthcli } = createChunkLoader(__dirname + '/chunks', '${MAIN_SCRIPT}')('./${beginning}')`
  const chunks = {
    name: 'chunks',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/run-authcli\.js$/ }, () => ({ path: 'chunks', namespace: 'chunks' }))
      onLoad({ filter: /.*/, namespace: 'chunks' }, () => ({ contents, resolveDir: 'bin' }))
    },
  }
  await build({
    ...AS_COMMONJS,
    entryPoints: ['bin/authcli.ts'],
    bundle: true,
    outfile: join(folder, 'bin/authcli.cjs'),
    plugins: [chunks],
  })
}

/** Loads a source file into the build itself. */
async function importSource(path) {
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    write: false,
  })
  return await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
}
