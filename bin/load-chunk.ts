import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { codeCacheOf } from './code-cache.js'

/** A chunk of authcli as a function of CommonJS. */
type Chunk = (exports: object, module: { exports: object }, require: (name: string) => unknown) => void

/**
 * Makes what stands for `require` in the chunks of authcli. The build has put those that most runs need into one
 * script, because a process that lives for 50 ms feels every file that it opens; every other has a script of its own,
 * of its name. And it has left what V8 makes of each script beside it: to compile the text anew would take a fifth of
 * the time of a whole run.
 * @param folder of the scripts
 * @param script the one that most runs need
 */
export function createChunkLoader(folder: string, script: string): (name: string) => unknown {
  const chunks = readChunks(join(folder, script))
  const loaded = new Map<string, { exports: object }>()
  const requireFromHere = createRequire(join(folder, script))

  return function load(name) {
    if (!name.startsWith('./')) return requireFromHere(name)
    const known = loaded.get(name)
    if (known !== undefined) return known.exports
    const chunk = chunks[name] ?? readChunks(join(folder, name))[name]
    if (chunk === undefined) throw new Error(`the build of authcli lacks ${name}`)
    const module = { exports: {} }
    loaded.set(name, module)
    chunk(module.exports, module, load)
    return module.exports
  }
}

/** Reads a script: an expression, whose value is an object of chunks by name. */
function readChunks(path: string): Record<string, Chunk | undefined> {
  const cachedData = readCodeCache(path)
  // The build writes plain ASCII.
  const script = new Script(readFileSync(path, 'latin1'), {
    filename: path,
    ...(cachedData !== undefined && { cachedData }),
  })
  return script.runInThisContext()
}

function readCodeCache(path: string): Buffer | undefined {
  try {
    return readFileSync(codeCacheOf(path))
  } catch {
    // This Node has built nothing here, or was replaced since it started: V8 compiles, as it always does.
    return undefined
  }
}
