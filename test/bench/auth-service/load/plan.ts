/** What the load generator is to do in one run. */
export interface Plan {
  port: number
  connections: number
  /** How long the server is under load before anything counts. */
  warmUpSeconds: number
  seconds: number
  script: Script
}

/** What every connection does again and again; one turn of it is what is counted and timed. */
export type Script =
  /** Sends these requests in turn, all connections together; where they run out, the run ends. */
  | { kind: 'requests'; requests: readonly string[]; repeats: boolean }
  /** Refreshes its own chain: `refreshTokens` has the newest token of each connection. */
  | { kind: 'refresh'; path: string; refreshTokens: readonly string[] }
  /** Logs in: from the authorization request over every page to the tokens. */
  | { kind: 'login'; pages: LoginPages }

/** What a login needs to know beforehand; the rest is on the pages. */
export interface LoginPages {
  authorizationPath: string
  tokenPath: string
}

/** What a run saw. */
export interface Outcome {
  /** How long each turn took that ended in the time that counts, in milliseconds, as it ended; no matter when it began. */
  times: Float64Array
  /** How long was counted: shorter than planned where the requests ran out. */
  seconds: number
  /** All turns, those before and after included. */
  turns: number
  /** The newest refresh token of each connection, to go on with. */
  refreshTokens: readonly string[]
}
