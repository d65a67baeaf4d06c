import { statSync } from 'node:fs'
import process from 'node:process'

/**
 * Where the build leaves what V8 made of a script, and where a run finds it. The name holds which Node it is for,
 * down to the size of its binary: V8 looks only roughly whether it could have made a cache itself. Any other Node
 * finds none, and compiles.
 */
export function codeCacheOf(script: string): string {
  const { version, platform, arch, execPath } = process
  return `${script}.${version}-${platform}-${arch}-${statSync(execPath).size}.cache`
}
