import type { TokenSet } from './token-set.js'

/** A race of several ways to the tokens of one login. */
export interface FirstTokens {
  /** Aborted when the race is over: every way ends then. */
  over: AbortSignal
  /** The tokens of the way that came first. */
  winner: Promise<TokenSet>
  /**
   * Runs one request for tokens, when no other runs. If it brings tokens, it has won.
   * @throws what the request throws; an AbortError, and nothing is sent, when the race is over already
   */
  inTurn<Other>(request: () => Promise<TokenSet | Other>): Promise<TokenSet | Other>
  /** Ends the race without a winner. */
  fail(error: unknown): void
  /** Ends whatever goes on. */
  close(): void
  /** Resolves when the request that runs now has ended; what it brings may win first. */
  turn(): Promise<unknown>
}

/**
 * Begins a race. Requests for tokens are made one after the other, so that one code is never exchanged twice
 * because it came by two ways, and no tokens come for a login that is over.
 */
export function raceForTokens(): FirstTokens {
  const over = new AbortController()
  let lastTurn: Promise<unknown> = Promise.resolve()
  let settle: { win: (tokens: TokenSet) => void; lose: (error: unknown) => void } | undefined
  const winner = new Promise<TokenSet>((win, lose) => {
    settle = { win, lose }
  })
  // It may fail before anybody waits for it.
  winner.catch(() => {})

  return {
    over: over.signal,
    winner,
    inTurn(request) {
      const turn = lastTurn.then(async () => {
        over.signal.throwIfAborted()
        const answer = await request()
        if (!over.signal.aborted && isTokenSet(answer)) {
          over.abort()
          settle?.win(answer)
        }
        return answer
      })
      lastTurn = turn.catch(() => {})
      return turn
    },
    fail(error) {
      if (over.signal.aborted) return
      over.abort()
      settle?.lose(error)
    },
    close: () => over.abort(),
    turn: () => lastTurn,
  }
}

function isTokenSet(answer: unknown): answer is TokenSet {
  return typeof answer === 'object' && answer !== null && 'accessToken' in answer
}
