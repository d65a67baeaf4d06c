import { AuthcliError } from '../../errors.js'

/** What is kept of a page, to find the next one in it. */
const MAX_BYTES = 8 * 1_048_576

/** The text of a page, for as long as it is not too large. */
export interface PageText {
  add(chunk: Uint8Array): void
  /**
   * The page as JSON; undefined where it is none.
   * @param isOptional whether something else says where the next page is
   * @throws AuthcliError API_REFUSED when it was too large, and is needed.
   */
  parse(isOptional: boolean): unknown
}

export function createPageText(): PageText {
  const chunks: Uint8Array[] = []
  let size = 0
  return {
    add(chunk) {
      size += chunk.length
      if (size <= MAX_BYTES) chunks.push(chunk)
      else chunks.length = 0
    },
    parse(isOptional) {
      if (size > MAX_BYTES && isOptional) return undefined
      if (size > MAX_BYTES) {
        throw new AuthcliError('API_REFUSED', 'the page is too large to look for the next one in it', {
          hint: 'ask for smaller pages, for example with `--field limit=100`',
        })
      }
      try {
        return JSON.parse(new TextDecoder().decode(Buffer.concat(chunks)))
      } catch {
        return undefined
      }
    },
  }
}
