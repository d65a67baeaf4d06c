/** What is known of one token of a grant: everything, for ever. Instants are epoch milliseconds. */
export interface ModelToken {
  generation: number
  firstUsedAt?: number
}

export interface ModelSettings {
  retryMs: number
  /** How long one more use of a spent token is taken for a late duplicate. */
  lateMs: number
}

export type ModelVerdict = 'successor' | 'refused' | 'grant ended'

/**
 * The table of refresh rotation once more, written from the history of a grant: which token was used when. It forgets
 * nothing, unlike the row that the AuthService keeps, and shares no line with it; tests compare the two.
 */
export class RotationModel {
  readonly #settings: ModelSettings
  /** For each generation, the token of it that was used first. */
  readonly #used: ModelToken[] = []
  #isAlive = true

  constructor(settings: ModelSettings) {
    this.#settings = settings
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** The first token of the grant. */
  login(): ModelToken {
    return { generation: 1 }
  }

  /** Presents a token; with the verdict `successor` comes the next one. */
  present(token: ModelToken, now: number): { verdict: ModelVerdict; successor?: ModelToken } {
    if (!this.#isAlive) return { verdict: 'refused' }
    const usedOfItsGeneration = this.#used[token.generation - 1]
    if (usedOfItsGeneration === undefined) {
      token.firstUsedAt = now
      this.#used.push(token)
      return this.#successor(token)
    }
    const childUsed = this.#used[token.generation]
    if (childUsed === undefined && usedOfItsGeneration !== token) return this.#end()
    const usedAt = usedOfItsGeneration.firstUsedAt ?? Number.NaN
    const endedAt = childUsed?.firstUsedAt ?? usedAt + this.#settings.retryMs
    if (childUsed === undefined && now < endedAt) return this.#successor(token)
    return now <= endedAt + this.#settings.lateMs ? { verdict: 'refused' } : this.#end()
  }

  #successor({ generation }: ModelToken) {
    return { verdict: 'successor' as const, successor: { generation: generation + 1 } }
  }

  #end() {
    this.#isAlive = false
    return { verdict: 'grant ended' as const }
  }
}
