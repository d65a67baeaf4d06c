/**
 * Builds the command authcli, for short runs: `dist/bin/authcli.cjs`, which answers `--version` by itself, and
 * scripts with chunks that are loaded when they are needed: see `bin/load-chunk.ts`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import { build, transform } from 'esbuild'

const SCRIPTS = 'dist/bin/chunks'
/** undici's parser for processors without SIMD. */
const PARSER = 'llhttp-wasm.js'
const MAIN_SCRIPT = 'authcli.cjs'
const BEGINNING = 'bin/run-authcli.ts'
/** What most runs need: the beginning of all, and the commands that scripts call again and again. */
const MOST_RUNS = [BEGINNING, 'src/cli/get-items.ts', 'src/cli/status.ts']

const options = { platform: 'node', target: 'node20.19', logLevel: 'warning' }
const asCommonJs = {
  ...options,
  format: 'cjs',
  charset: 'ascii',
  supported: { 'dynamic-import': false },
  minifyWhitespace: true,
  minifySyntax: true,
  logOverride: { 'empty-import-meta': 'silent' },
}

/** What is left out of packages: parts that are never used here, and would only cost time to load. */
const withoutUnused = {
  name: 'without-unused',
  setup({ onResolve, onLoad }) {
    const nothing = { path: 'nothing', namespace: 'nothing' }
    // commander starts programs only for subcommands that are programs of their own.
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? nothing : undefined,
    )
    // undici's HTTP/2, which nobody asks for.
    onResolve({ filter: /^(node:http2|\.\/client-h2\.js)$/ }, () => nothing)
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {}' }))
    onResolve({ filter: /\/llhttp-wasm\.js$/ }, () => ({ path: `./${PARSER}`, external: true }))
  },
}

export async function buildAuthcli() {
  const chunks = await bundle()
  const main = behind(MOST_RUNS, chunks)
  const scripts = [
    { name: MAIN_SCRIPT, chunks: main },
    ...chunks
      .filter((chunk) => !main.includes(chunk))
      .map((chunk) => ({ name: chunk.name, chunks: [chunk] })),
  ]
  const { codeCacheOf } = await importSource('bin/code-cache.ts')
  mkdirSync(SCRIPTS, { recursive: true })
  for (const script of scripts) {
    const path = join(SCRIPTS, script.name)
    writeFileSync(path, await formatScript(script.chunks))
    const cache = compile(path)
    if (cache !== undefined) writeFileSync(codeCacheOf(path), cache)
  }
  await writeEntry(chunks.find(({ entry }) => entry === BEGINNING).name)
}

/** Every chunk of authcli, as an ES module: only of these does esbuild make chunks that share their modules. */
async function bundle() {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: [BEGINNING],
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: SCRIPTS,
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    write: false,
    metafile: true,
    // keytar has a binary beside it; undici's `fetch` stays a name that nobody asks for.
    external: ['keytar', '../web/fetch/body.js'],
    plugins: [withoutUnused],
  })
  const chunks = Object.entries(metafile.outputs).map(([path, { entryPoint, imports }]) => ({
    name: basename(path),
    entry: entryPoint,
    needs: imports.filter(({ kind }) => kind === 'import-statement').map((each) => basename(each.path)),
    text: outputFiles.find((file) => file.path.endsWith(path)).text,
  }))
  return [
    ...chunks,
    { name: PARSER, needs: [], text: readFileSync(`node_modules/undici/lib/llhttp/${PARSER}`, 'utf8') },
  ]
}

/** The chunks of some entries, and all that these can't be loaded without. */
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

/** The text of a script. As CommonJS, because Node takes an ES module through an asynchronous loader of its own. */
async function formatScript(chunks) {
  const entries = chunks.map(async ({ name, text }) => {
    const { code } = await transform(text, asCommonJs)
    return `${JSON.stringify(`./${name}`)}:(function(exports,module,require){${code}})`
  })
  return `({${(await Promise.all(entries)).join(',\n')}})\n`
}

/** What V8 makes of a script, every function of it; undefined where V8 would not take it back. */
function compile(path) {
  const text = readFileSync(path, 'latin1')
  setFlagsFromString('--no-lazy')
  const script = new Script(text, { filename: path })
  setFlagsFromString('--lazy')
  const cachedData = script.createCachedData()
  return new Script(text, { filename: path, cachedData }).cachedDataRejected ? undefined : cachedData
}

/** Writes the file that Node runs: `bin/authcli.ts`, whose `import('./run-authcli.js')` asks for a chunk. */
async function writeEntry(beginning) {
  const contents = `
    import { createChunkLoader } from './load-chunk.js'
    export const { runAuthcli } = createChunkLoader(__dirname + '/chunks', '${MAIN_SCRIPT}')('./${beginning}')`
  await build({
    ...asCommonJs,
    entryPoints: ['bin/authcli.ts'],
    bundle: true,
    outfile: 'dist/bin/authcli.cjs',
    plugins: [
      {
        name: 'chunks',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\/run-authcli\.js$/ }, () => ({ path: 'chunks', namespace: 'chunks' }))
          onLoad({ filter: /.*/, namespace: 'chunks' }, () => ({ contents, resolveDir: 'bin' }))
        },
      },
    ],
  })
}

/** Loads a source file into the build itself. */
async function importSource(path) {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    write: false,
  })
  return await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
}
