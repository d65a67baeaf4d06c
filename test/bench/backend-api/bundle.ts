import { join } from 'node:path'
import { build } from 'esbuild'
import { PROJECT_ROOT } from '../../support/project-root.js'

/** The programs of ours that run as processes of their own, by the name of the module that is made of each. */
const PROGRAMS = {
  'backend-api': 'bin/backend-api.ts',
  unprotected: 'test/bench/backend-api/servers/unprotected.ts',
  rows: 'test/bench/backend-api/servers/rows.ts',
  'auth-service': 'test/bench/backend-api/servers/auth-service.ts',
  'load-generator': 'test/bench/load-generator.ts',
}

export type Programs = Record<keyof typeof PROGRAMS, string>

/** Makes JavaScript of them in a folder inside the project, where their packages are found. */
export async function bundlePrograms(folder: string): Promise<Programs> {
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(PROGRAMS).map(([name, source]) => [name, join(PROJECT_ROOT, source)]),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  })
  const modules = Object.keys(PROGRAMS).map((name) => [name, join(folder, `${name}.mjs`)])
  return Object.fromEntries(modules) as Programs
}
