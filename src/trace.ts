/**
 * One thing that happened, for `--verbose`: a name and values that are safe to show anybody. Never a token,
 * code, verifier, state, password, or a URL with its query.
 */
export interface TraceEvent {
  event:
    | 'request'
    | 'response'
    | 'browser-opened'
    | 'callback-received'
    | 'answer-pasted'
    | 'device-code-received'
    | 'tokens-received'
    | 'session-read'
    | 'session-stored'
    | 'refresh-started'
    | 'refresh-finished'
    | 'logged-in'
  [key: string]: string | number | boolean | undefined
}

/** Where trace events go. The default of every command is nowhere. */
export type Trace = (event: TraceEvent) => void
