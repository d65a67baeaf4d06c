/** No line of ours is nearly as long; what has none would fill the memory. */
const MAX_LINE_CHARS = 4 * 1024 * 1024

type Decoder = InstanceType<typeof TextDecoder>

/**
 * The lines of a stream of UTF-8, without their ends; undefined, as the last one, for what is no such line: too long,
 * not UTF-8, or not ended.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  for await (const chunk of stream) {
    const text = decode(decoder, chunk)
    const lines = (rest + (text ?? '')).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
    if (text === undefined || rest.length > MAX_LINE_CHARS) {
      yield undefined
      return
    }
  }
  if (rest !== '') yield undefined
}

function decode(decoder: Decoder, chunk: Uint8Array): string | undefined {
  try {
    return decoder.decode(chunk, { stream: true })
  } catch {
    return undefined
  }
}
