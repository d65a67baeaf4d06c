import { createReadStream } from 'node:fs'
import { AuthcliError } from '../../errors.js'
import type { Input } from '../run-dependencies.js'

/** What is kept of a body, to be sent again after a 401. */
const KEPT_BYTES = 8 * 1_048_576

/**
 * Opens what is to be sent: a file, or stdin for `-`. What fits into 8 MiB is read whole, so that it can be sent
 * twice; anything larger is sent as it is read.
 * @throws AuthcliError USAGE when it can't be read.
 */
export async function openInput(name: string, stdin: Input): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const source: AsyncIterable<Uint8Array> = name === '-' ? stdin.open() : createReadStream(name)
  return await keepIfSmall(explained(source, name))
}

async function keepIfSmall(
  source: AsyncGenerator<Uint8Array>,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const chunks: Uint8Array[] = []
  for (let size = 0; size <= KEPT_BYTES; ) {
    const { done, value } = await source.next()
    if (done) return Buffer.concat(chunks)
    chunks.push(value)
    size += value.length
  }
  return (async function* () {
    // Taken out one by one: what was sent is not kept.
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk
    yield* source
  })()
}

async function* explained(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* source
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    throw new AuthcliError('USAGE', `the input ${JSON.stringify(name)} can't be read (${code})`, { cause })
  }
}
