import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { PROJECT_ROOT } from './project-root.js'
import { makeTemporaryFolder } from './temporary-folder.js'

/** A program of the tests that can be started many times without being translated each time. */
export interface BundledProgram {
  file: string
  remove(): void
}

/**
 * Bundles a TypeScript program of the tests, with the sources that it imports, into one file for Node.
 * @param entry path from the project's folder
 * @param plugins of esbuild, to change a source on its way
 */
export async function bundleProgram(entry: string, plugins: Plugin[] = []): Promise<BundledProgram> {
  const folder = makeTemporaryFolder('program')
  const file = join(folder.path, 'program.mjs')
  await build({
    entryPoints: [join(PROJECT_ROOT, entry)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['keytar', '../web/fetch/body.js'],
    alias: { 'node:http2': 'node:fs' },
    // CommonJS packages in the bundle ask for parts of Node.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins,
    logLevel: 'error',
  })
  return { file, remove: folder.remove }
}
