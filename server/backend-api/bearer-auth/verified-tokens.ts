import { hash } from 'node:crypto'

/** How many verdicts are kept at most. */
const MAX_VERIFIED_TOKENS = 10_000

/** Verdicts on tokens, each under the hash of the whole token and the policy that it was found good by. */
export interface VerifiedTokens<Verdict> {
  /** The name of a token here. The token itself is not kept. */
  nameOf(token: string): string
  get(name: string): Verdict | undefined
  set(name: string, verdict: Verdict): void
  delete(name: string): void
}

/**
 * Keeps up to 10,000 verdicts in two generations of half of that: what is used moves to the younger one, and
 * when that is full the older one is dropped. Cheaper on every use than a list in order of use, and as bounded.
 * Only tokens with a good signature get in, so nobody without one can push others out.
 */
export function createVerifiedTokens<Verdict>(policyId: string): VerifiedTokens<Verdict> {
  let young = new Map<string, Verdict>()
  let old = new Map<string, Verdict>()

  function set(name: string, verdict: Verdict): void {
    if (young.size >= MAX_VERIFIED_TOKENS / 2 && !young.has(name)) {
      old = young
      young = new Map()
    }
    young.set(name, verdict)
    old.delete(name)
  }

  return {
    nameOf: (token) => `${policyId} ${hash('sha256', token, 'hex')}`,
    get(name) {
      const verdict = young.get(name)
      if (verdict !== undefined) return verdict
      const older = old.get(name)
      if (older !== undefined) set(name, older)
      return older
    },
    set,
    delete(name) {
      young.delete(name)
      old.delete(name)
    },
  }
}
