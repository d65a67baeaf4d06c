/**
 * Builds what `import 'authcli'` and `require('authcli')` mean, in `dist/library/`. One implementation for both, in
 * CommonJS, which every Node can import: an `AuthcliError` is the same class however a program has come to it.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { transform } from 'esbuild'
import { AS_COMMONJS, bundle } from './bundle.mjs'

const ENTRY = 'bin/library.ts'

/** authcli sets a flag of V8 for its own short runs. Another program's WebAssembly is none of the library's business. */
const withoutFlags = {
  name: 'without-flags',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:v8$/ }, () => ({ path: 'v8', namespace: 'no-flags' }))
    onLoad({ filter: /.*/, namespace: 'no-flags' }, () => ({
      contents: 'export function setFlagsFromString() {}',
    }))
  },
}

/** @param folder where `dist/` is made */
export async function buildLibrary(folder) {
  const place = join(folder, 'library')
  mkdirSync(place, { recursive: true })
  // What lies here is CommonJS, the declarations included.
  writeFileSync(join(place, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`)
  for (const { name, entry, text } of await bundle(ENTRY, [withoutFlags])) {
    // Not minified: whoever debugs a program looks into what it is built on.
    const { code } = await transform(text, { ...AS_COMMONJS, minifyWhitespace: false, minifySyntax: false })
    writeFileSync(join(place, entry === ENTRY ? 'index.cjs' : name), code)
  }
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const args = ['--project', '.build/declarations.json', '--outDir', join(place, 'types')]
  execFileSync(process.execPath, [join(typescript, 'bin/tsc'), ...args], { stdio: 'inherit' })
}
