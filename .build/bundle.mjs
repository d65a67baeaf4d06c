/** Bundles a program of `src/` with the packages that it uses, into chunks that share their modules. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { build } from 'esbuild'

export const OPTIONS = { platform: 'node', target: 'node20.19', logLevel: 'warning' }

/** CommonJS, because Node takes an ES module through an asynchronous loader of its own. */
export const AS_COMMONJS = {
  ...OPTIONS,
  format: 'cjs',
  // Texts of plain ASCII are read, and kept, in half the space.
  charset: 'ascii',
  supported: { 'dynamic-import': false },
  minifyWhitespace: true,
  minifySyntax: true,
  logOverride: { 'empty-import-meta': 'silent' },
}

/** Stay names: keytar has a binary beside it, and nobody asks for undici's `fetch`. */
export const EXTERNAL = ['keytar', '../web/fetch/body.js']

/** undici's parser for processors without SIMD: a chunk of its own, because hardly anybody needs it. */
const PARSER = 'llhttp-wasm.js'

/** Leaves out parts of packages that are never used here, and would only cost time to load. */
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

/**
 * The chunks of a program as ES modules, the only ones that esbuild can split: each with its name, the source file that
 * it begins with where it is loaded by itself, the names of the chunks that it can't be loaded without, and its text.
 */
export async function bundle(entry, plugins = []) {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: 'chunks',
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    write: false,
    metafile: true,
    external: EXTERNAL,
    plugins: [...plugins, withoutUnused],
  })
  const chunks = Object.entries(metafile.outputs).map(([path, { entryPoint, imports }]) => ({
    name: basename(path),
    entry: entryPoint,
    needs: imports.filter(({ kind }) => kind === 'import-statement').map((each) => basename(each.path)),
    text: outputFiles.find((file) => file.path.endsWith(path)).text,
  }))
  const parser = readFileSync(`node_modules/undici/lib/llhttp/${PARSER}`, 'utf8')
  return [...chunks, { name: PARSER, needs: [], text: parser }]
}
