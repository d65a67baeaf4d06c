import { expect, it } from 'vitest'
import {
  decideRotation,
  type RotationState,
} from '../../../../../server/auth-service/grants/refresh-rotation.js'

const MINUTE = 60_000
const RETRY_MS = 7 * 86_400_000

interface Token {
  generation: number
  nonce: string
}

/** A grant whose row can be put back to what it was, as far as rotation goes: it writes what the rule decides. */
class RestorableGrant {
  #row: RotationState = {
    generation: 0,
    nonce: null,
    retriesEndedAt: null,
    advancedAt: [],
    restoredAt: null,
  }
  #backup = this.#row
  isAlive = true
  #issued = 0
  #now = Date.UTC(2026, 0, 1)

  backUp(): void {
    this.#backup = this.#row
  }

  restore(): void {
    this.#row = { ...this.#backup, restoredAt: this.#now }
  }

  /** The next token, a minute and a bit after the last one; undefined where it is refused. */
  refresh(token: Token): Token | undefined {
    this.#now += MINUTE + 1
    if (!this.isAlive) return undefined
    const decision = decideRotation(this.#row, token, { retryMs: RETRY_MS, now: this.#now })
    switch (decision.action) {
      case 'advance':
        this.#row = { ...this.#row, ...decision.next }
        break
      case 'rejoin':
        this.#row = { ...this.#row, ...decision.next }
        break
      case 'reissue':
        break
      case 'revoke':
        this.isAlive = false
        return undefined
      case 'refuse':
        return undefined
    }
    return { generation: token.generation + 1, nonce: `nonce ${this.#issued++}` }
  }
}

const FIRST: Token = { generation: 1, nonce: 'login' }

/** Every sequence of so many of these, and every shorter one. */
function sequences<T>(choices: readonly T[], length: number): T[][] {
  if (length === 0) return [[]]
  const shorter = sequences(choices, length - 1)
  const longest = shorter.filter((sequence) => sequence.length === length - 1)
  return [...shorter, ...longest.flatMap((sequence) => choices.map((choice) => [...sequence, choice]))]
}

it('one client goes on from whatever it holds, whichever answers it lost before the backup, after it, and after its return (59) (60)', () => {
  const parts = sequences(['answered', 'lost'] as const, 4)
  const refused: object[] = []
  for (const before of parts) {
    for (const between of parts) {
      for (const after of sequences(['answered', 'lost'] as const, 2)) {
        const grant = new RestorableGrant()
        let held = FIRST
        const use = (answers: readonly ('answered' | 'lost')[]) => {
          for (const answer of answers) {
            const next = grant.refresh(held)
            if (next === undefined) refused.push({ before, between, after })
            else if (answer === 'answered') held = next
          }
        }
        use(before)
        grant.backUp()
        use(between)
        grant.restore()
        use(after)
      }
    }
  }
  expect(refused).toEqual([])
})

it('two parties with tokens of one grant end it after the backup is back, whoever comes first (57) (60)', () => {
  const unended: object[] = []
  for (const between of [0, 1, 2, 3, 4]) {
    for (let copied = 0; copied <= between; copied++) {
      for (const turns of sequences(['owner', 'thief'] as const, 6)) {
        const grant = new RestorableGrant()
        const held = [FIRST]
        grant.backUp()
        for (let at = 0; at < between; at++) held.push(grant.refresh(held.at(-1) ?? FIRST) ?? FIRST)
        grant.restore()
        const tokens = { owner: held.at(-1) ?? FIRST, thief: held[copied] ?? FIRST }
        // However they took turns first: once both have been there again, nobody goes on.
        for (const who of [...turns, 'owner', 'thief', 'owner', 'thief'] as const) {
          tokens[who] = grant.refresh(tokens[who]) ?? tokens[who]
        }
        if (grant.isAlive) unended.push({ between, copied, turns })
      }
    }
  }
  expect(unended).toEqual([])
})
