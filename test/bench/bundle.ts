import { join } from 'node:path'
import { build } from 'esbuild'
import { PROJECT_ROOT } from '../support/project-root.js'

/**
 * Makes JavaScript of programs that run as processes of their own, in a folder inside the project, where their packages
 * are found.
 *
 * @param programs the source of each, from the project's folder, by the name of the module that is made of it.
 */
export async function bundlePrograms<Name extends string>(
  folder: string,
  programs: Readonly<Record<Name, string>>,
): Promise<Record<Name, string>> {
  const sources = Object.entries<string>(programs)
  await build({
    entryPoints: Object.fromEntries(sources.map(([name, source]) => [name, join(PROJECT_ROOT, source)])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  })
  const modules = sources.map(([name]) => [name, join(folder, `${name}.mjs`)])
  return Object.fromEntries(modules) as Record<Name, string>
}
