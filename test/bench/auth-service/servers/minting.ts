/** What a server of the bench is started with, as JSON on its command line. */
export interface ServerOptions {
  port: number
  /** A SQLite file; nothing for what is kept in memory. */
  database?: string
  logFile: string
  /** How passwords are checked: at once, or with Argon2id as in the product. */
  passwords?: 'quick' | 'argon2id'
  /** How many grants of other logins there are to be in the database. */
  otherGrants?: number
}

/** Asks a server for authorization codes, as if somebody had signed in for each. */
export interface MintRequest {
  count: number
  scope: string
}

/** What a server tells the bench: that it listens, or the codes that it was asked for. */
export type ServerMessage = { isListening: true } | { codes: string[] }

/** Reads what the server is to do. */
export function readOptions(): ServerOptions {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** Tells the bench that the server listens, makes codes when it is asked, and ends with the bench. */
export function serveBench(mint: (request: MintRequest) => Promise<string[]>): void {
  const tell = (message: ServerMessage) => process.send?.(message)
  process.on('message', async (request: MintRequest) => tell({ codes: await mint(request) }))
  process.once('disconnect', () => process.exit())
  tell({ isListening: true })
}
