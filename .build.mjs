/**
 * `npm run build`: makes dist/. The servers are translated file by file. authcli is bundled, because a process that
 * lives for 50 ms feels every file that it opens: a small entry, and chunks that are loaded when they are needed.
 */
import { chmodSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const common = { platform: 'node', target: 'node20.19', logLevel: 'warning' }

rmSync('dist', { recursive: true, force: true })

await build({
  ...common,
  entryPoints: ['server/**/*.ts', 'bin/auth-service.ts', 'bin/backend-api.ts'],
  outdir: 'dist',
  outbase: '.',
  format: 'esm',
})

// Twice, because esbuild splits only ES modules, and CommonJS chunks start quicker: Node takes an ES module through
// an asynchronous loader of its own.
const asCommonJs = {
  ...common,
  outExtension: { '.js': '.cjs' },
  logOverride: { 'empty-import-meta': 'silent' },
}
await build({
  ...asCommonJs,
  entryPoints: ['bin/authcli.ts'],
  bundle: true,
  splitting: true,
  format: 'esm',
  outdir: 'dist/bundle',
  chunkNames: 'chunks/[name]-[hash]',
  // keytar has a binary beside it. undici's `fetch` and Node's HTTP/2 are never used here and would only cost time to
  // load: the one stays a name that nobody asks for, the other becomes a module that every process has loaded already.
  external: ['keytar', '../web/fetch/body.js'],
  alias: { 'node:http2': 'node:fs' },
})
await build({
  ...asCommonJs,
  entryPoints: ['dist/bundle/**/*.cjs'],
  outdir: 'dist/bin',
  format: 'cjs',
  supported: { 'dynamic-import': false },
  minifyWhitespace: true,
  minifySyntax: true,
})
rmSync('dist/bundle', { recursive: true })

for (const name of ['authcli.cjs', 'auth-service.js', 'backend-api.js']) chmodSync(`dist/bin/${name}`, 0o755)
