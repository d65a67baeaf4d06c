import type { OutputStream } from './run-dependencies.js'

/** Whoever read our stdout has gone away: `authcli get-items | head -1`. No error, only the end. */
export class OutputClosed extends Error {
  constructor() {
    super('nobody reads stdout any more')
    this.name = 'OutputClosed'
  }
}

/** stdout does not take what is written: a full disk, for example. */
export class OutputFailed extends Error {
  constructor(cause: Error) {
    super(`stdout can't be written (${codeOf(cause) ?? cause.name})`, { cause })
    this.name = 'OutputFailed'
  }
}

/** The writer of data: the only one to stdout. */
export interface Output {
  /**
   * Resolves when the stream has taken the data, so that a slow reader slows us down.
   * @throws OutputClosed when the reader has gone; OutputFailed for everything else.
   */
  write(data: string | Uint8Array): Promise<void>
}

export function createOutput(stdout: OutputStream): Output {
  return {
    write: (data) =>
      new Promise((resolve, reject) => {
        stdout.write(data, (error) => {
          if (!error) return resolve()
          reject(codeOf(error) === 'EPIPE' ? new OutputClosed() : new OutputFailed(error))
        })
      }),
  }
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
