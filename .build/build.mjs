/** `npm run build`: makes dist/. The servers are translated file by file; authcli and the library are bundled. */
import { chmodSync, rmSync } from 'node:fs'
import { build } from 'esbuild'
import { buildAuthcli } from './authcli.mjs'
import { OPTIONS } from './bundle.mjs'
import { buildLibrary } from './library.mjs'

rmSync('dist', { recursive: true, force: true })

await build({
  ...OPTIONS,
  entryPoints: ['server/**/*.ts', 'bin/auth-service.ts', 'bin/backend-api.ts'],
  outdir: 'dist',
  outbase: '.',
  format: 'esm',
})
await buildAuthcli()
await buildLibrary()

for (const name of ['authcli.cjs', 'auth-service.js', 'backend-api.js']) chmodSync(`dist/bin/${name}`, 0o755)
