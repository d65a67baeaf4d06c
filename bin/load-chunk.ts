import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { codeCacheOf } from './code-cache.js'

type Require = (name: string) => unknown

/** What a script exports: for each of its chunks, by name, what begins it, or only gives back its exports later on. */
type Chunks = Record<string, (() => unknown) | undefined>

/**
 * Makes what stands for `require` in the chunks of authcli. The build has put those that most runs need into one
 * script, because a process that lives for 50 ms feels every file that it opens; every other has a script of its own,
 * of its name. And it has left what V8 makes of each script beside it: to compile the text anew would take a fifth of
 * the time of a whole run.
 * @param folder of the scripts
 * @param script the one that most runs need
 */
export function createChunkLoader(folder: string, script: string): Require {
  const requireFromHere = createRequire(join(folder, script))
  const load: Require = (name) => {
    if (!name.startsWith('./')) return requireFromHere(name)
    chunks[name] ??= runScript(join(folder, name), load)[name]
    const chunk = chunks[name]
    if (chunk === undefined) throw new Error(`the build of authcli lacks ${name}`)
    return chunk()
  }
  const chunks = runScript(join(folder, script), load)
  return load
}

/** Runs a script, whose value is a module of CommonJS as Node would wrap it. */
function runScript(path: string, require: Require): Chunks {
  const cachedData = readCodeCache(path)
  const script = new Script(readFileSync(path, 'utf8'), {
    filename: path,
    ...(cachedData !== undefined && { cachedData }),
  })
  const module: { exports: Chunks } = { exports: {} }
  script.runInThisContext()(module.exports, module, require)
  return module.exports
}

function readCodeCache(path: string): Buffer | undefined {
  try {
    return readFileSync(codeCacheOf(path))
  } catch {
    // This Node has built nothing here, or was replaced since it started: V8 compiles, as it always does.
    return undefined
  }
}
