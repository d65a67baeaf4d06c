/**
 * `npm run build`: makes dist/, elsewhere at first, so that the one before stays while it works and when it fails. The
 * servers are translated file by file; authcli and the library are bundled.
 */
import { chmodSync, renameSync, rmSync } from 'node:fs'
import { build } from 'esbuild'
import { buildAuthcli } from './authcli.mjs'
import { OPTIONS } from './bundle.mjs'
import { buildLibrary } from './library.mjs'

const folder = `.tmp/build-${process.pid}`
try {
  await build({
    ...OPTIONS,
    entryPoints: ['server/**/*.ts', 'bin/auth-service.ts', 'bin/backend-api.ts'],
    outdir: folder,
    outbase: '.',
    format: 'esm',
  })
  await buildAuthcli(folder)
  await buildLibrary(folder)
  for (const name of ['authcli.cjs', 'auth-service.js', 'backend-api.js'])
    chmodSync(`${folder}/bin/${name}`, 0o755)
  rmSync('dist', { recursive: true, force: true })
  renameSync(folder, 'dist')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
