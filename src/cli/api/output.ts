import type { HttpStreamResponse } from '../../http.js'
import type { Output } from '../output.js'
import { visibleLines } from '../visible-text.js'

/** How responses are written to stdout. */
export interface ResponseOutput {
  /** Status and headers. */
  head(response: HttpStreamResponse): Promise<void>
  /**
   * The body, as it comes and as fast as it is taken.
   * @param onChunk is shown every part of it
   */
  body(response: HttpStreamResponse, onChunk?: (chunk: Uint8Array) => void): Promise<void>
}

const LINE_END = 0x0a

/**
 * Makes the output of `api`. What goes to a program goes there byte for byte. What goes to a terminal is made
 * harmless, and ends its last line. The pages of a list are parted by a line end, where they have none.
 */
export function createResponseOutput(output: Output, options: { isTerminal: boolean }): ResponseOutput {
  const { isTerminal } = options
  let lastByte = LINE_END

  return {
    async head({ status, statusText, headerLines }) {
      await endLine()
      const lines = headerLines.map(([name, value]) => `${name}: ${value}`)
      await output.write(visibleLines([`HTTP/1.1 ${status} ${statusText}`, ...lines, '', ''].join('\n')))
    },
    async body(response, onChunk = () => {}) {
      const decoder = new TextDecoder()
      let isBegun = false
      for await (const chunk of response.body) {
        if (!isBegun) await endLine()
        isBegun = true
        onChunk(chunk)
        lastByte = chunk.at(-1) ?? lastByte
        await output.write(isTerminal ? visibleLines(decoder.decode(chunk, { stream: true })) : chunk)
      }
      if (isTerminal) await output.write(visibleLines(decoder.decode()))
      if (isTerminal) await endLine()
    },
  }

  async function endLine(): Promise<void> {
    if (lastByte === LINE_END) return
    lastByte = LINE_END
    await output.write('\n')
  }
}
